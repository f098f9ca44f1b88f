/** What is wrong with a line of a file. */

/** A line cannot be taken. Names the line and what is wrong; never a value, because lines hold personal data. */
export class LineInvalid extends Error {
  /** Counted from 1. */
  readonly line: number;
  /** What is wrong, without the number. */
  readonly problem: string;

  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
    this.name = new.target.name;
    this.line = line;
    this.problem = problem;
  }
}

/** What is wrong with the line that is being read; whoever reads it knows its number. */
export class LineProblem extends Error {}

/** Does something with a line and says which one it was when it cannot be done. */
export function atLine<T>(line: number, take: () => T): T {
  try {
    return take();
  } catch (error) {
    if (error instanceof LineProblem) throw new LineInvalid(line, error.message);
    throw error;
  }
}
