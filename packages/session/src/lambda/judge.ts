import { SessionError } from "../errors.ts";
import type { EdgeVerifier, VerifyOptions } from "../options.ts";
import type { Principal } from "../principal.ts";

/** What an authorizer found out. */
export type Judgement =
  | { readonly outcome: "accepted"; readonly principal: Principal }
  | { readonly outcome: "unauthorized" }
  | { readonly outcome: "forbidden" };

/**
 * Verifies the token of an event.
 *
 * @throws SessionError when nothing can be known of the token now. It must leave the function: gateways cache a refusal, and
 * never a failure.
 */
export async function judge(
  verifier: EdgeVerifier,
  token: string | undefined,
  requirements: VerifyOptions,
): Promise<Judgement> {
  if (token === undefined) return { outcome: "unauthorized" };
  try {
    return { outcome: "accepted", principal: await verifier.verify(token, requirements) };
  } catch (error) {
    if (!(error instanceof SessionError) || error.status === 503) throw error;
    return { outcome: error.status === 403 ? "forbidden" : "unauthorized" };
  }
}

/** The one error text that gateways answer with 401. They answer others with 500. */
export function unauthorized(): Error {
  return new Error("Unauthorized");
}
