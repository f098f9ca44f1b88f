import type { AppClientAim } from "@cognito-to-descope/core";

/** What becomes of the pools' app clients. */
export interface WrittenApps {
  /** By client ID. @defaultValue by what the client is: see docs/app-clients.md */
  readonly clients?: Readonly<Record<string, AppClientAim>> | undefined;
  /** Page on which users of inbound applications sign in. @defaultValue as it is in the project */
  readonly loginPageUrl?: string | undefined;
}
