import type { Secret } from "../secret.ts";
import type { AbortableOptions } from "./user-pool-source.ts";

/** What an application may ask for. */
export interface InboundScope {
  readonly name: string;
  readonly description: string;
  /** Roles that a user needs for it, or fields of the user that it gives; empty for none in particular. */
  readonly values: readonly string[];
}

/** Settings of an inbound application, by Descope's own names. */
export interface InboundSettings {
  /** At most 100 characters, and unique in the project. */
  readonly name: string;
  readonly description: string;
  /** Page on which users sign in; empty for the project's default. */
  readonly loginPageUrl: string;
  readonly approvedCallbackUrls: readonly string[];
  readonly permissionsScopes: readonly InboundScope[];
  readonly attributesScopes: readonly InboundScope[];
  /** Whether it has no secret. Cannot be changed once it is made. */
  readonly nonConfidentialClient: boolean;
}

/** An OAuth client of the project. */
export interface InboundApp {
  readonly id: string;
  readonly clientId: string;
  readonly settings: InboundSettings;
}

/** Credentials that an application is to have from another service. Taken at creation only. */
export interface InboundCredentials {
  readonly clientId: string;
  readonly clientSecret?: Secret | undefined;
}

/** Where inbound applications of the project ask for tokens, as its discovery document says. */
export interface InboundEndpoints {
  readonly issuer: string;
  readonly discoveryUrl: string;
  readonly authorize: string;
  readonly token: string;
  readonly userInfo: string;
  readonly jwks: string;
}

/** The inbound applications (OAuth clients) of a project. */
export interface InboundApps {
  readonly projectId: string;
  list(options?: AbortableOptions): Promise<readonly InboundApp[]>;
  /** Undefined when it is gone. */
  load(id: string, options?: AbortableOptions): Promise<InboundApp | undefined>;
  /** Creates it and reads it back: whether it got the credentials that were asked for is the project's to say. */
  create(settings: InboundSettings, credentials: InboundCredentials, options?: AbortableOptions): Promise<InboundApp>;
  /** Changes what is named, leaves the rest, and reads it back. */
  change(id: string, change: Partial<InboundSettings>, options?: AbortableOptions): Promise<InboundApp>;
  readSecret(id: string, options?: AbortableOptions): Promise<Secret>;
  /** That it is gone already counts as done. */
  delete(id: string, options?: AbortableOptions): Promise<void>;
  readEndpoints(options?: AbortableOptions): Promise<InboundEndpoints>;
}
