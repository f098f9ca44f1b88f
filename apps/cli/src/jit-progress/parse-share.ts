import { InvalidArgumentError } from "commander";

/** Reads a share: `0.95` or `95%`. Gives a number above 0 and up to 1. */
export function parseShare(text: string): number {
  const [, number, percent] = /^(\d{1,3}(?:\.\d{1,6})?)(%?)$/.exec(text) ?? [];
  const share = Number(number) / (percent === "%" ? 100 : 1);
  if (!(share > 0 && share <= 1)) throw new InvalidArgumentError("It must be a share such as 0.95 or 95%.");
  return share;
}
