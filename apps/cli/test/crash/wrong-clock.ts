// Gives this process a clock that is wrong by CLOCK_OFFSET_MS, and that jumps by CLOCK_JUMP_MS at each SIGUSR2, as when the machine's
// clock is set. Loaded with --import before everything else. What measures durations is not touched, as on a real machine.
import process from "node:process";

const TrueDate = Date;
let offsetMs = Number(process.env["CLOCK_OFFSET_MS"] ?? 0);
process.on("SIGUSR2", () => (offsetMs += Number(process.env["CLOCK_JUMP_MS"] ?? 0)));

class WrongDate extends TrueDate {
  constructor(...given: unknown[]) {
    super(...((given.length === 0 ? [WrongDate.now()] : given) as [number]));
  }

  static override now(): number {
    return TrueDate.now() + offsetMs;
  }
}
globalThis.Date = WrongDate as DateConstructor;
