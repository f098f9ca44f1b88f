import type { PoolUser } from "../pool/pool-user.ts";

/** What a pool answered to one try of a password. */
export type SignInAnswer =
  /** Signed in. */
  | {
      readonly kind: "signed-in";
      /** As the tokens tell of it: when it was created they do not say, so that `createdAt` is 0. */
      readonly user: PoolUser;
      /** Names of its groups. */
      readonly groups: readonly string[];
    }
  /** Something more is asked for. */
  | {
      readonly kind: "challenge";
      /** Cognito's `ChallengeName`. */
      readonly name: string;
    }
  /** Refused, by Cognito's code and its English text. The text is for recognising a meaning, never for showing. */
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  /** Nothing that can be understood came in time. */
  | { readonly kind: "no-answer"; readonly why: "timeout" | "network" | "unreadable" | "unexpected-token" };

/** Tries passwords at one pool. */
export interface PasswordAuthenticator {
  /**
   * Tries once, and never again by itself: a second try of a wrong password counts against the user's lock-out.
   *
   * Never throws for what Cognito answers or does not.
   *
   * @param options.timeoutMs - Milliseconds after which an answer is of no use.
   */
  authenticate(username: string, password: string, options: { readonly timeoutMs: number }): Promise<SignInAnswer>;
}

/** What a pool says of a user when it is asked with IAM rights. */
export type UserLookup =
  | { readonly kind: "found"; readonly user: PoolUser }
  | { readonly kind: "absent" }
  /** By Cognito's code; empty when nothing that can be understood came in time. */
  | { readonly kind: "failed"; readonly code: string };

/** Names of a user's groups, or why they cannot be read. */
export type GroupLookup =
  | { readonly kind: "found"; readonly groups: readonly string[] }
  | { readonly kind: "failed"; readonly code: string };

/** Reads single users of one pool, with IAM rights. Never throws for what Cognito answers or does not. */
export interface PoolUserReader {
  /** By username or alias. */
  readUser(username: string, options: { readonly timeoutMs: number }): Promise<UserLookup>;
  /** All groups of a user, by its username. */
  readGroups(username: string, options: { readonly timeoutMs: number }): Promise<GroupLookup>;
}

/** Notes in the pool that a user has moved, so that nobody has to ask the project. */
export interface MigratedUserMarker {
  /**
   * Marks or disables the user.
   *
   * @returns Whether it is done. Never throws for what Cognito answers or does not.
   */
  mark(username: string, options: { readonly timeoutMs: number }): Promise<boolean>;
}
