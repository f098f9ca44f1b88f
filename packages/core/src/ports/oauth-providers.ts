import type { Secret } from "../secret.ts";
import type { AbortableOptions } from "./user-pool-source.ts";

/** An OAuth provider of a project by Descope's own names, without its secret. What is not known to us is carried along. */
export interface OAuthProviderSettings {
  readonly id: string;
  readonly [setting: string]: unknown;
}

/** The OAuth providers of a project. Their endpoints are not documented, and a licence may leave them out. */
export interface OAuthProviders {
  /**
   * Undefined when there is no such provider.
   *
   * @throws MigrationError `ERR_TARGET_FEATURE_MISSING` when the project does not let it be read.
   */
  read(id: string, options?: AbortableOptions): Promise<OAuthProviderSettings | undefined>;
  /** Creates it, or changes what is named; a secret that is left out stays. */
  write(settings: OAuthProviderSettings, secret: Secret | undefined, options?: AbortableOptions): Promise<void>;
  /** That it is gone already counts as done. */
  delete(id: string, options?: AbortableOptions): Promise<void>;
  /** Begins a sign-in, as an application does, and gives the address at the provider. */
  start(id: string, redirectUrl: string, options?: AbortableOptions): Promise<string>;
}
