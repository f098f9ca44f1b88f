/** One step of the schema. Steps are never changed once released; a change is a new step. */
export interface Migration {
  /** The `user_version` of the database after the step, from 1 without gaps. */
  readonly version: number;
  readonly sql: string;
}
