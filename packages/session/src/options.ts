import type { Provider, Principal } from "./principal.ts";
import type { Reason, SessionErrorCode } from "./errors.ts";
import type { ReplayStore } from "./replay-store.ts";
import type { RoleMap } from "./role-map.ts";

/** Which tokens are accepted. The order is that of a migration. */
export type Mode = "cognito-only" | "dual" | "descope-preferred" | "descope-only";

/** Signature algorithms that can be allowed. There is no symmetric one, and no `none`. */
export type Algorithm = "RS256" | "RS384" | "RS512" | "ES256" | "ES384" | "ES512";

/** One user pool whose tokens are accepted. */
export interface CognitoIssuer {
  readonly userPoolId: string;
  /** App clients whose tokens are accepted. `null` accepts those of every client of the pool. */
  readonly clientId: string | readonly string[] | null;
  /** Which tokens are accepted. `null` accepts ID tokens and access tokens. */
  readonly tokenUse: "id" | "access" | null;
  /** What groups become. `"group-names"`: roles of the same names; `null`: nothing. */
  readonly roles: RoleMap | "group-names" | null;
  /** Scopes that a token must have, all of them. ID tokens have none. */
  readonly scopes?: readonly string[];
  /** Groups of which the user must be in one. */
  readonly groups?: readonly string[];
  /**
   * Resources (`aud` of access tokens) that are accepted. Left out, access tokens that are bound to a resource are
   * refused; `null` accepts them whatever they are bound to.
   */
  readonly resource?: string | readonly string[] | null;
  /** Address of the keys, in place of those at the issuers. Never taken from a token. */
  readonly jwksUri?: string;
  /** Issuers in place of the pool's two hosts: for sandboxes and proxies. */
  readonly issuers?: readonly string[];
}

/** One Descope project whose tokens are accepted. */
export interface DescopeIssuer {
  readonly projectId: string;
  /** Audiences of which a token must have one. `null` accepts tokens whatever their audience, and without one. */
  readonly audience: string | readonly string[] | null;
  /** Base address of the API. @defaultValue the one of the project's region */
  readonly baseUrl?: string;
  /** Further hosts or base addresses that issue tokens of the project, such as `auth.example.com`. */
  readonly customDomains?: readonly string[];
  /** IDs of applications whose issuer has one more segment: `…/<projectId>/<id>` and `…/v1/apps/<projectId>/<id>`. */
  readonly applications?: readonly string[];
  /** IDs of MCP servers, whose issuer is `…/v1/apps/agentic/<projectId>/<id>`. */
  readonly mcpServers?: readonly string[];
  /** Issuers that are accepted beside those made from the other options, verbatim. */
  readonly issuers?: readonly string[];
  /** Address of the keys. @defaultValue `<baseUrl>/v2/keys/<projectId>` */
  readonly jwksUri?: string;
  /** What `drn` must be. `null` accepts any that is not a refresh token's, and tokens without. @defaultValue `["DS"]` */
  readonly sessionNames?: readonly string[] | null;
  /** Whether tokens of access keys are accepted. @defaultValue "refuse" */
  readonly accessKeys?: "refuse" | "accept";
  /**
   * Tokens that are bound to a DPoP key need a proof. `required`: so does every token. `null`: bound tokens are
   * accepted from whoever holds them.
   *
   * @defaultValue "when-bound"
   */
  readonly dpop?: "when-bound" | "required" | null;
  /**
   * Whether the JWT template of the project puts the Cognito `sub` into `sub`, and the user ID into `dsub`.
   *
   * @defaultValue false
   */
  readonly subjectIsCognitoSub?: boolean;
  /** Claim that the JWT template puts the Cognito `sub` into. @defaultValue "cognitoSub" */
  readonly cognitoSubClaim?: string;
  /** Scopes that a token must have, all of them. */
  readonly scopes?: readonly string[];
}

/** Which users of the two sides are the same. Answers may be promises; then only `verify` works, not `verifySync`. */
export interface IdMap {
  /** The user ID of the project for a user of the pool. */
  readonly descopeUserIdOf?: (cognitoSub: string) => MaybePromise<string | undefined>;
  /** The `sub` in the pool for a user of the project. */
  readonly cognitoSubOf?: (descopeUserId: string) => MaybePromise<string | undefined>;
}

/** A value, now or later. */
export type MaybePromise<T> = T | Promise<T>;

/** Which ID becomes the subject of a principal, so that the application keeps one key for each user. */
export interface SubjectPolicy {
  /** `cognito`: the `sub` of the pool. `descope`: the user ID of the project. */
  readonly use: Provider;
  /**
   * What a user becomes whose wanted ID is not known: refused, or known by the ID of the other side. `keep` is right for
   * users who signed up after the cut-over, and gives migrated users two IDs when the ID map lacks them.
   */
  readonly unmapped: "refuse" | "keep";
  /** Where IDs are looked up that the token does not tell. */
  readonly idMap?: IdMap;
}

/** What a deny list is asked about. Verified claims only. */
export interface DenyCandidate {
  readonly provider: Provider;
  readonly issuer: string;
  /** `sub` of the token. */
  readonly sub: string;
  readonly tokenId: string | undefined;
  /** `origin_jti`: one for all Cognito tokens of a sign-in. */
  readonly sessionId: string | undefined;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
}

/** From when on Cognito tokens are no longer accepted. */
export interface CutOff {
  /** Tokens that were issued later are refused; those issued before live until they expire. */
  readonly issuedBefore?: Date;
  /** After this, all are refused. */
  readonly acceptedUntil?: Date;
}

/** How keys are read and kept. Each issuer's keys are kept apart. */
export interface KeyOptions {
  /** Seconds after which keys are read again, in the background. @defaultValue 3600 */
  readonly refreshSeconds?: number;
  /** Part of {@link refreshSeconds} by which each reading comes earlier at random. @defaultValue 0.1 */
  readonly jitter?: number;
  /** Seconds for which keys stay in use when they cannot be read again. @defaultValue 86400 */
  readonly staleIfErrorSeconds?: number;
  /** Least seconds between two readings, whatever came of the first. @defaultValue 10 */
  readonly cooldownSeconds?: number;
  /** Seconds for which a key ID that was not found is not looked for again. @defaultValue 60 */
  readonly unknownKeySeconds?: number;
  /** Milliseconds that a reading may take. @defaultValue 5000 */
  readonly timeoutMs?: number;
  /** Most bytes of a JWKS. @defaultValue 65536 */
  readonly maxBytes?: number;
}

/** What became of a token. */
export interface VerificationEvent {
  readonly outcome: "accepted" | "refused";
  /** Undefined when the token names no issuer of the config. Of refused tokens unverified. */
  readonly provider: Provider | undefined;
  /** User pool ID or project ID. */
  readonly source: string | undefined;
  readonly tokenKind: Principal["tokenKind"] | undefined;
  readonly code: SessionErrorCode | undefined;
  readonly reason: Reason | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What became of a reading of keys. */
export interface KeyEvent {
  readonly kind: "read" | "failed";
  readonly source: string;
  /** How many keys are in use now. */
  readonly keys: number;
  /** Of a failure: what failed. Never text of the answer. */
  readonly failure: KeyFailure | undefined;
  readonly at: number;
}

/** Why keys could not be read. */
export type KeyFailure = "unreachable" | "timeout" | "status" | "too-large" | "not-json" | "no-usable-key";

/** How a verifier is made. */
export interface VerifierOptions {
  /** User pools whose tokens are accepted; empty when there are none. */
  readonly cognito: readonly CognitoIssuer[];
  /** Descope projects whose tokens are accepted; empty when there are none. */
  readonly descope: readonly DescopeIssuer[];
  /** Which providers are accepted where a call says nothing else. */
  readonly mode: Mode;
  readonly subject: SubjectPolicy;
  readonly cutOff?: CutOff;
  /** Whether a token was withdrawn. When it throws or rejects, the token is not accepted. */
  readonly isDenied?: (candidate: DenyCandidate) => MaybePromise<boolean>;
  /** @defaultValue `["RS256"]` */
  readonly algorithms?: readonly Algorithm[];
  /** Seconds that clocks may differ. @defaultValue 5 */
  readonly toleranceSeconds?: number;
  /** Seconds after its issue from which a token is refused, even if it has not expired. */
  readonly maxAgeSeconds?: number;
  /** Most characters of a token. @defaultValue 16384 */
  readonly maxTokenLength?: number;
  readonly keys?: KeyOptions;
  /** Remembers DPoP proofs. @defaultValue a store in memory */
  readonly dpopReplay?: ReplayStore;
  /** Called for every token. What it throws is ignored. */
  readonly onVerification?: (event: VerificationEvent) => void;
  /** Called for every reading of keys. What it throws is ignored. */
  readonly onKeys?: (event: KeyEvent) => void;
  /** Milliseconds since the epoch. @defaultValue Date.now */
  readonly now?: () => number;
  /** From 0 to 1, for jitter. @defaultValue Math.random */
  readonly random?: () => number;
  /** Reads keys. @defaultValue the global fetch */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** What one route asks for, beside what the verifier asks for. */
export interface VerifyOptions {
  /** Which providers this route accepts. */
  readonly mode?: Mode;
  /** Which Cognito tokens this route accepts; narrows what the verifier accepts. */
  readonly tokenUse?: "id" | "access";
  /** Scopes that the token must have, all of them. */
  readonly scopes?: readonly string[];
  /** Roles that the user must hold, all of them: in {@link tenant} when it is given, else outside tenants or in the active one. */
  readonly roles?: readonly string[];
  /** Permissions that the user must hold, all of them, as with {@link roles}. */
  readonly permissions?: readonly string[];
  /** Tenant that the user must be in. */
  readonly tenant?: string;
  /** Refuses tokens without a user. */
  readonly kind?: "user";
  /** The proof of a DPoP request. */
  readonly dpop?: DpopRequest;
}

/** A request with a DPoP proof. */
export interface DpopRequest {
  /** The value of the `DPoP` header. */
  readonly proof: string;
  readonly method: string;
  /** The address as the client sees it; its query does not count. */
  readonly url: string;
  /** A nonce that the proof must have. */
  readonly nonce?: string;
}

/** Counts since the verifier was made. */
export interface VerificationStatistics {
  readonly accepted: Readonly<Record<Provider, number>>;
  /** By provider (`unknown` for issuers that are not configured) and reason. */
  readonly refused: Readonly<Record<Provider | "unknown", Readonly<Partial<Record<Reason, number>>>>>;
  /** When the last token of each provider was accepted, in milliseconds since the epoch. */
  readonly lastAccepted: Readonly<Partial<Record<Provider, number>>>;
  /** The same for every user pool and project. */
  readonly lastAcceptedBySource: Readonly<Record<string, number>>;
}

/** Verifies tokens of both providers. */
export interface Verifier {
  /**
   * Verifies a token.
   *
   * Reads keys over the network only when they are not there yet or the token names a key that is new, and only from the
   * addresses of the config.
   *
   * @returns Who the token is of.
   * @throws SessionError with a reason.
   */
  verify(token: string, options?: VerifyOptions): Promise<Principal>;
  /**
   * The same at once, with the keys that are there: call {@link hydrate} first.
   *
   * @throws SessionError with a reason; `keys-unavailable` when keys are missing, after their reading was begun.
   */
  verifySync(token: string, options?: VerifyOptions): Principal;
  /**
   * Reads the keys of all issuers, so that the first token need not wait.
   *
   * @throws KeysUnavailable when a pool or project has none in the end.
   */
  hydrate(): Promise<void>;
  /** Counts since the verifier was made. */
  statistics(): VerificationStatistics;
}

/** A verifier where signatures are checked asynchronously. */
export type EdgeVerifier = Omit<Verifier, "verifySync">;
