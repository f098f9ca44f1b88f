/** Items of a plan by their numbers, both ends included. */
export interface ItemRange {
  readonly from: number;
  readonly to: number;
}

/** A range that this process works on, and no other. */
export interface TakenRange extends ItemRange {
  /** Aborted when the range was given to somebody else, because nobody heard of this process for a while. */
  readonly signal: AbortSignal;
  /** Says that every item of the range has an outcome. */
  done(): Promise<void>;
  /** Lets somebody else have the range at once. Without effect, as {@link done} is, once somebody else has it. */
  giveBack(): Promise<void>;
}

/**
 * Hands out the work of one run to any number of processes.
 *
 * What is done is known to the state store alone: a range that is handed out twice, or lost, costs time and nothing else.
 */
export interface WorkQueue extends AsyncDisposable {
  /** Offers ranges. One that waits or is under way already is not offered twice. */
  offer(ranges: readonly ItemRange[]): Promise<void>;
  /** Takes a range; undefined when none waits now. The range of a process that died waits again after a while. */
  take(): Promise<TakenRange | undefined>;
  /** Whether no range waits and none is under way. */
  isEmpty(): Promise<boolean>;
}

/** How the applying of a run is shared with other processes. */
export interface WorkSharing {
  /** Opens the queue of a run that is `applying`, and lets others take part from then on. */
  open(runId: string): Promise<WorkQueue>;
}
