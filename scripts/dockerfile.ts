/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In capitals: `COPY`. */
  readonly name: string;
  /** What stands behind it; a JSON array as its strings, anything else as one. */
  readonly values: readonly string[];
  /** Whether it was written as a JSON array. */
  readonly isExec: boolean;
  /** Options: `from`, `interval`, … */
  readonly options: Readonly<Record<string, string>>;
}

/** One stage of a Dockerfile. */
export interface Stage {
  readonly base: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** Reads the part of the format that this project uses; throws at anything else. */
export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { base: string; name: string | undefined; instructions: Instruction[] }[] = [];
  const lines = text
    .replace(/^\s*#.*\n/gm, "")
    .replace(/\\\n\s*/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  for (const line of lines) {
    const [, name = "", rest = ""] = /^([A-Za-z]+)\s+(.*)$/.exec(line) ?? [];
    if (name.toUpperCase() === "FROM") {
      const [, base = "", , as] = /^(\S+)(\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
      stages.push({ base, name: as, instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`${name} comes before the first FROM`);
    stage.instructions.push(parseInstruction(name.toUpperCase(), rest));
  }
  return stages;
}

function parseInstruction(name: string, rest: string): Instruction {
  const options: Record<string, string> = {};
  let text = rest;
  for (;;) {
    const [option, key, value] = /^--([a-z-]+)=(\S+)\s+/.exec(text) ?? [];
    if (option === undefined || key === undefined || value === undefined) break;
    options[key] = value;
    text = text.slice(option.length);
  }
  // HEALTHCHECK … CMD [...]
  if (name === "HEALTHCHECK") text = text.replace(/^CMD\s+/, "");
  if (text.startsWith("[")) return { name, values: JSON.parse(text) as string[], isExec: true, options };
  return { name, values: [text], isExec: false, options };
}
