import { SimulatedClock } from "../simulated-clock.ts";

/** How a machine's clock and timers behave. */
export interface ClockOddities {
  /** By how much it runs too fast: 0.0005 gains half a millisecond in a second. */
  readonly slew: number;
  /** Milliseconds to which it is read. 0 reads it as it is. */
  readonly step: number;
  /** What timers make of the time they are given, in turn: 0.9 wakes too early. */
  readonly timers: readonly number[];
  /** Spans of true time in which it stands still, as it does while the machine is suspended. */
  readonly stops: readonly { readonly at: number; readonly forMs: number }[];
}

/** Simulated time as a machine sees it whose clock is not right. */
export class OddClock extends SimulatedClock {
  readonly #oddities: ClockOddities;
  #timer = 0;

  constructor(oddities: ClockOddities) {
    super();
    this.#oddities = oddities;
  }

  /** What a clock that is right would show. */
  get trueTime(): number {
    return super.monotonic();
  }

  override monotonic(): number {
    const { slew, step, stops } = this.#oddities;
    const stood = stops.reduce((sum, { at, forMs }) => sum + Math.min(forMs, Math.max(0, this.trueTime - at)), 0);
    const time = (this.trueTime - stood) * (1 + slew);
    return step > 0 ? Math.floor(time / step) * step : time;
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { timers } = this.#oddities;
    this.#timer += 1;
    return super.sleep(ms * (timers[this.#timer % timers.length] ?? 1), signal);
  }

  /** Sleeps true time. */
  pass(ms: number): Promise<void> {
    return super.sleep(ms);
  }
}
