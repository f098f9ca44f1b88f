import { checkAuthorization } from "../oidc/check-authorization.ts";
import type { ApplicationLedger, ApplicationRecord } from "../ports/application-ledger.ts";
import type { InboundApp, InboundApps, InboundEndpoints } from "../ports/inbound-apps.ts";
import type { OidcProbe } from "../ports/oidc-probe.ts";
import type { TokenProbe } from "../ports/token-probe.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";
import type { PoolAppClient } from "./app-client.ts";
import { applicationDifferences } from "./compare-application.ts";
import { findApplication, isSame } from "./plan-applications.ts";

/** One thing that was looked at. */
export interface ApplicationCheck {
  /** `settings`: as they were applied. `sign-in`: a real request reaches a page. `token`: a real one was issued. */
  readonly check: "settings" | "sign-in" | "token";
  readonly ok: boolean;
  /** One lower-case line. */
  readonly detail: string;
  /** What to do about it; absent when it is well. */
  readonly suggestion?: string;
}

/** What was found of one application. */
export interface VerifiedApplication {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly name: string;
  readonly checks: readonly ApplicationCheck[];
}

/** How applications are verified. */
export interface VerifyApplicationsOptions extends AbortableOptions {
  readonly apps: InboundApps;
  readonly ledger: ApplicationLedger;
  readonly probe: OidcProbe & TokenProbe;
  /** What the clients are in Cognito now; tells which grants to try. */
  readonly clients: readonly PoolAppClient[];
  readonly onVerified?: (application: VerifiedApplication) => void;
}

/** The example of RFC 7636, appendix B: nobody redeems the code of a check, so its verifier may be known. */
const CODE_CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/**
 * Tries every application that was applied: its settings, a request for a sign-in page as the client sends it, and a token for
 * those that ask for one of their own. Nobody is signed in, and tokens are thrown away.
 */
export async function verifyApplications(options: VerifyApplicationsOptions): Promise<readonly VerifiedApplication[]> {
  const { apps, ledger, clients, signal } = options;
  const call = signal === undefined ? {} : { signal };
  const records = ledger.read();
  if (records.length === 0) return [];
  const present = await apps.list(call);
  const endpoints = await apps.readEndpoints(call);
  const verified: VerifiedApplication[] = [];
  for (const record of records) {
    signal?.throwIfAborted();
    const app = findApplication(record, present, record);
    const client = clients.find((one) => isSame(one, record));
    const checks = [checkSettings(record, app)];
    if (app !== undefined && client !== undefined) checks.push(...(await tryGrants(client, app, endpoints, options)));
    const { userPoolId, clientId } = record;
    const application = { userPoolId, clientId, name: (app?.settings ?? record.after).name, checks };
    verified.push(application);
    options.onVerified?.(application);
  }
  return verified;
}

function checkSettings(record: ApplicationRecord, app: InboundApp | undefined): ApplicationCheck {
  if (app === undefined) {
    const suggestion = "run c2d apps apply again to make it";
    return { check: "settings", ok: false, detail: "the application is gone from the project", suggestion };
  }
  const names = applicationDifferences(app.settings, record.after).map(({ setting }) => setting);
  if (names.length === 0) return { check: "settings", ok: true, detail: "as they were applied" };
  const detail = `changed since they were applied: ${names.join(", ")}`;
  return { check: "settings", ok: false, detail, suggestion: "run c2d apps plan to see what differs" };
}

async function tryGrants(
  client: PoolAppClient,
  app: InboundApp,
  endpoints: InboundEndpoints,
  { apps, probe, signal }: VerifyApplicationsOptions,
): Promise<readonly ApplicationCheck[]> {
  const call = signal === undefined ? {} : { signal };
  const checks: ApplicationCheck[] = [];
  const [redirectUri] = app.settings.approvedCallbackUrls;
  if (redirectUri !== undefined && (client.grants.includes("code") || client.grants.includes("implicit"))) {
    const query = new URLSearchParams({
      client_id: app.clientId,
      response_type: "code",
      redirect_uri: redirectUri,
      scope: ["openid", ...app.settings.attributesScopes.map(({ name }) => name)].join(" "),
      state: "c2d-check",
      code_challenge: CODE_CHALLENGE,
      code_challenge_method: "S256",
    });
    const url = `${endpoints.authorize}?${query.toString()}`;
    const { ok, problem, suggestion } = await checkAuthorization(probe, url, redirectUri, call);
    const detail = ok ? "a sign-in page was reached" : (problem ?? "refused");
    checks.push({ check: "sign-in", ok, detail, ...(ok || suggestion === undefined ? {} : { suggestion }) });
  }
  if (client.grants.includes("client_credentials") && !app.settings.nonConfidentialClient) {
    const secret = await apps.readSecret(app.id, call);
    const scopes = app.settings.permissionsScopes.map(({ name }) => name);
    const { status, body } = await probe.postForm(
      endpoints.token,
      {
        grant_type: "client_credentials",
        client_id: app.clientId,
        client_secret: secret.reveal(),
        ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
      },
      call,
    );
    checks.push(tokenCheck(status, body, scopes));
  }
  return checks;
}

function tokenCheck(status: number, body: unknown, scopes: readonly string[]): ApplicationCheck {
  const answer = (typeof body === "object" && body !== null ? body : {}) as Readonly<Record<string, unknown>>;
  const suggestion = "allow the client credentials grant and the scopes with a policy in Descope's console";
  if (status !== 200 || typeof answer["access_token"] !== "string") {
    const error = typeof answer["error"] === "string" && /^\w{1,40}$/.test(answer["error"]) ? answer["error"] : "";
    const detail = error === "" ? `the token endpoint answers with status ${status}` : `no token was issued: ${error}`;
    return { check: "token", ok: false, detail, suggestion };
  }
  const granted = new Set(typeof answer["scope"] === "string" ? answer["scope"].split(" ") : scopes);
  const withheld = scopes.filter((scope) => !granted.has(scope));
  if (withheld.length === 0) return { check: "token", ok: true, detail: "a token was issued with every scope" };
  return { check: "token", ok: false, detail: `a token was issued without ${withheld.join(", ")}`, suggestion };
}
