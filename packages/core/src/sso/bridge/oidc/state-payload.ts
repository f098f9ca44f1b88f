/** What a sealed state holds: everything that the call-back needs, so that the bridge keeps nothing in between. */
export interface StatePayload {
  /** Key of the connection that the sign-in began at. */
  readonly connection: string;
  /** The client's own state. */
  readonly state: string;
  /** Where to return to. It was on the list when the state was sealed, and must be on it still. */
  readonly redirectUri: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Unique; what a state is refused by that was used before. */
  readonly id: string;
}

/**
 * Seals text so that nobody else can read, make or change it. A stateless seal says nothing of how often a text is opened:
 * {@link StatePayload.id} is for that.
 */
export interface StateSealer {
  seal(text: string): Promise<string>;
  /** Undefined for what this sealer, or the one before it, did not seal. */
  open(sealed: string): Promise<string | undefined>;
}

/** Milliseconds that a user has to sign in at the provider. */
export const SEALED_STATE_LIFETIME_MS = 600_000;

/** Characters of a client's state. A sealed one is a third longer, and goes into a URL. */
export const MAX_CLIENT_STATE = 2048;

/** The text of a payload, as it is sealed. */
export function writeStatePayload(payload: StatePayload): string {
  return JSON.stringify([payload.connection, payload.state, payload.redirectUri, payload.expiresAt, payload.id]);
}

/** Undefined for a text of another form, or of a time that is over. */
export function readStatePayload(text: string, now: number): StatePayload | undefined {
  const parts: unknown = JSON.parse(text);
  if (!Array.isArray(parts) || parts.length !== 5) return undefined;
  const [connection, state, redirectUri, expiresAt, id] = parts as readonly unknown[];
  if (typeof connection !== "string" || typeof state !== "string" || typeof redirectUri !== "string") return undefined;
  if (typeof expiresAt !== "number" || typeof id !== "string" || expiresAt <= now) return undefined;
  return { connection, state, redirectUri, expiresAt, id };
}
