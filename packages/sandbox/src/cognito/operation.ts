/** What an operation of the service is. */

import type { CognitoState } from "./cognito-state.ts";
import type { QuotaCategory } from "./quotas.ts";

/** JSON text that goes out as it is; for answers that are rendered already. */
export class RenderedJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** One operation. */
export interface Operation {
  readonly category: QuotaCategory;
  /** True when it changes state. */
  readonly write: boolean;
  /** What of AWS's operation is missing; left out when nothing is known to be. */
  readonly partly?: string;
  run(input: never, state: CognitoState): object | RenderedJson | Promise<object | RenderedJson>;
}

/** Operations by name. */
export type OperationTable = Readonly<Record<string, Operation>>;
