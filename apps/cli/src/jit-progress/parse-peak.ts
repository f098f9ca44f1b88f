import { InvalidArgumentError } from "commander";

const PER_MINUTE: Readonly<Record<string, number>> = { s: 60, min: 1, m: 1, h: 1 / 60 };

/** Reads how many users come: `3000/min`, `40/s`, `90000/h`, or a number of them in a minute. Gives those in a minute. */
export function parsePeak(text: string): number {
  const [, count, unit = "min"] = /^(\d{1,12}(?:\.\d{1,6})?)(?:\/(s|min|m|h))?$/.exec(text) ?? [];
  const perMinute = Number(count) * (PER_MINUTE[unit] ?? Number.NaN);
  if (!(perMinute > 0)) throw new InvalidArgumentError("It must be a rate such as 3000/min, 40/s or 90000/h.");
  return perMinute;
}
