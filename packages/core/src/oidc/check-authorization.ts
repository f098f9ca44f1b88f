import type { OidcProbe, ProbeStop } from "../ports/oidc-probe.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";

/** What became of a real authorization request. */
export interface AuthorizationCheck {
  /** Whether a sign-in page was reached. */
  readonly ok: boolean;
  /** What went wrong, in one lower-case line; absent when it went well. */
  readonly problem?: string;
  /** What to do about it. */
  readonly suggestion?: string;
  /** The address that the request asks to be sent back to. */
  readonly redirectUri?: string;
  /** Host and path of every stop, with its status; queries hold states and are left out. */
  readonly trail: readonly string[];
}

/** What mends the errors of `/oauth2/authorize`, by a part of their text in lower case. */
const ADVICE: Readonly<Record<string, string>> = {
  redirect_mismatch: "add the redirect URI of the check to the app client's CallbackURLs",
  invalid_scope: "allow the scopes openid, email, phone and profile in the app client",
  unauthorized_client: "allow the code flow in the app client: AllowedOAuthFlows and AllowedOAuthFlowsUserPoolClient",
  "client does not exist.": "the client ID at Descope is not that of an app client of this pool's domain",
  invalid_client: "the client ID is not known: check it on both sides",
  "login option is not available": "add the identity provider to the app client's SupportedIdentityProviders",
};

/**
 * Sends a real authorization request and says whether it ends at a page to sign in on. Nobody is signed in.
 *
 * @param url - The address that a user would be sent to.
 * @param applicationUrl - Where the sign-in would return to; reaching it unasked means that it was refused.
 */
export async function checkAuthorization(
  probe: OidcProbe,
  url: string,
  applicationUrl: string,
  options: AbortableOptions,
): Promise<AuthorizationCheck> {
  const stops = await probe.follow(url, applicationUrl, options);
  const redirectUri = parameter(url, "redirect_uri");
  const common = {
    trail: stops.map(({ url: stop, status }) => `${withoutQuery(stop)} ${status}`),
    ...(redirectUri === undefined ? {} : { redirectUri }),
  };
  const problem = problemOf(stops, redirectUri, applicationUrl);
  if (problem === undefined) return { ok: true, ...common };
  const [, suggestion] = Object.entries(ADVICE).find(([text]) => problem.toLowerCase().includes(text)) ?? [];
  return { ok: false, problem, ...(suggestion === undefined ? {} : { suggestion }), ...common };
}

function problemOf(
  stops: readonly ProbeStop[],
  redirectUri: string | undefined,
  applicationUrl: string,
): string | undefined {
  for (const { url } of stops) {
    const error = parameter(url, "error") ?? parameter(url, "err");
    if (error !== undefined) {
      const description = parameter(url, "error_description");
      return plain(description === undefined || description === error ? error : `${error}: ${description}`);
    }
  }
  const last = stops.at(-1);
  if (last === undefined || last.status === 0) return `${hostOf(last?.url ?? "")} does not answer`;
  if (last.url.startsWith(applicationUrl) || (redirectUri !== undefined && last.url.startsWith(redirectUri))) {
    return "the request was sent back without a sign-in page";
  }
  return last.status === 200 ? undefined : `${hostOf(last.url)} answers with status ${last.status}`;
}

/** Texts of services may hold anything: what is not plain, or long, is left out. */
function plain(text: string): string {
  return (
    text
      .replace(/[^\w .,:;()'/-]+/g, " ")
      .slice(0, 120)
      .trim() || "refused"
  );
}

function parameter(url: string, name: string): string | undefined {
  return new URL(url).searchParams.get(name) ?? undefined;
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/, "");
}

function hostOf(url: string): string {
  return /^https?:\/\/([^/?#]+)/.exec(url)?.[1] ?? "the address";
}
