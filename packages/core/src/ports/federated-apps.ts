import type { Secret } from "../secret.ts";
import type { AbortableOptions } from "./user-pool-source.ts";

/** An OIDC application that signs its users in with the project. */
export interface FederatedApp {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  /** Where a flow is shown to the user. */
  readonly loginPageUrl: string;
  /** As the project says it, to the character. */
  readonly issuer: string;
  readonly discoveryUrl: string;
  /** Absent where the project does not tell it. */
  readonly clientId?: string;
  /** Everything of it that an update has to name again. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What an application is made with. */
export interface NewFederatedApp {
  readonly name: string;
  readonly description: string;
  readonly loginPageUrl: string;
}

/** The federated OIDC applications of a project. More than the first one is a matter of the licence. */
export interface FederatedApps {
  list(options?: AbortableOptions): Promise<readonly FederatedApp[]>;
  /** Creates it and reads it back: its issuer is the project's to say. */
  create(app: NewFederatedApp, options?: AbortableOptions): Promise<FederatedApp>;
  update(app: FederatedApp, change: NewFederatedApp, options?: AbortableOptions): Promise<FederatedApp>;
  /** The application that every project has: its client ID is the project's, its secret any access key. */
  readDefault(options?: AbortableOptions): Promise<FederatedApp>;
  /** Makes an access key, for the project's default application. */
  createAccessKey(options?: AbortableOptions): Promise<Secret>;
  readSecret(id: string, options?: AbortableOptions): Promise<Secret>;
  /** That it is gone already counts as done. */
  delete(id: string, options?: AbortableOptions): Promise<void>;
}
