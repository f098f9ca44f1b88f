import { InvalidArgumentError } from "commander";

/** Reads an option that is a whole number within bounds. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    const bounds = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number ${bounds}.`);
  };
}

/** Reads an option that may be given more than once, and is a whole number each time. */
export function wholeNumbers(least: number): (text: string, before?: readonly number[]) => readonly number[] {
  const read = wholeNumber(least);
  return (text, before = []) => [...before, read(text)];
}

/** Reads an option that is a share, from 0 to 1. */
export function share(text: string): number {
  const number = /^(?:0|1|0?\.\d{1,6}|1\.0+)$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isNaN(number)) return number;
  throw new InvalidArgumentError("It must be a number from 0 to 1, such as 0.98.");
}
