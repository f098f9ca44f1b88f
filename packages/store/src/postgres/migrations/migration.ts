/** One step of the schema. Steps are never changed once released; a change is a new step. */
export interface Migration {
  /** The version of the schema after the step, from 1 without gaps. */
  readonly version: number;
  /** Statements whose names are looked up in the schema of the store. */
  readonly sql: string;
}
