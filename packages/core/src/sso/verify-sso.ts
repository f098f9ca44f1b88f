import { hasCode } from "../errors.ts";
import type { SsoRecord } from "../ports/sso-ledger.ts";
import type { SsoTarget, TestSignIn } from "../ports/sso-target.ts";
import { CERTIFICATE_WARNING_MS, isoDay } from "./connection-findings.ts";
import { compareSettings } from "./compare-settings.ts";
import type { ConnectionSettings, SsoConfiguration } from "./connection-settings.ts";
import { certificateBody, hasStaleCertificates } from "./followed-certificates.ts";
import type { ReadConnection } from "./read-connection.ts";
import { type SamlCertificate, signOnUrlOf } from "./saml-metadata.ts";
import type { SsoPlanItem } from "./sso-plan.ts";

/** One test of one connection. `pending`: nothing is wrong, and somebody still has to do something. */
export interface SsoCheck {
  readonly check: "configured" | "metadata" | "certificate" | "request" | "test-sign-in";
  readonly result: "pass" | "fail" | "pending";
  /** One line, without personal data. */
  readonly detail: string;
}

/** The tests of one connection. */
export interface VerifiedConnection {
  readonly label: string;
  readonly tenantId: string;
  readonly checks: readonly SsoCheck[];
  /** Every check passed, the test sign-in among them. */
  readonly isReady: boolean;
}

/** What one connection is verified with. */
export interface VerifyOptions {
  readonly item: SsoPlanItem;
  readonly read: ReadConnection;
  readonly record: SsoRecord | undefined;
  readonly target: SsoTarget;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs every test of a connection that needs no person, and says whether a person's test sign-in came after the settings.
 *
 * @throws MigrationError those of the project that are not the connection's fault.
 */
export async function verifyConnection(options: VerifyOptions): Promise<VerifiedConnection> {
  const { item, read, record, target, now, signal } = options;
  const { connection, label, settings } = item;
  const checks: SsoCheck[] = [];
  const add = (check: SsoCheck["check"], result: SsoCheck["result"], detail: string): void => {
    checks.push({ check, result, detail });
  };
  const configuration = await readConfiguration(options);
  const found =
    settings?.protocol === "social"
      ? await target.readProvider(settings.providerId, { signal })
      : configuration?.settings;
  add(...configured(settings, found, record));
  if (connection.protocol === "saml") {
    for (const check of providerChecks(read, configuration, now)) checks.push(check);
  }
  if (settings !== undefined && settings.protocol !== "social" && found !== undefined) {
    add(...(await requestCheck(options, settings)));
    add(...testSignIn(configuration, record));
  }
  return { label, tenantId: connection.tenantId, checks, isReady: checks.every(({ result }) => result === "pass") };
}

type Check = readonly [SsoCheck["check"], SsoCheck["result"], string];

async function readConfiguration({ item, target, signal }: VerifyOptions): Promise<SsoConfiguration | undefined> {
  const { tenantId, ssoId } = item.connection;
  if (tenantId === "") return undefined;
  const all = await target.readConfigurations(tenantId, { signal });
  return ssoId === "" ? all[0] : all.find((one) => one.ssoId === ssoId);
}

function configured(
  settings: ConnectionSettings | undefined,
  found: ConnectionSettings | undefined,
  record: SsoRecord | undefined,
): Check {
  if (settings === undefined) return ["configured", "fail", "nothing can be configured yet: see c2d sso plan"];
  if (found === undefined) return ["configured", "fail", "the project has no such settings: run c2d sso apply"];
  const fields = compareSettings(settings, found).map(({ field }) => field);
  if (fields.length > 0) return ["configured", "fail", `the project differs in ${fields.join(", ")}`];
  return record?.state === "applied"
    ? ["configured", "pass", "the project has what was planned, field by field"]
    : ["configured", "pass", "the project has what was planned, and somebody else wrote it"];
}

function providerChecks(
  { metadata, entity, provider }: ReadConnection,
  configuration: SsoConfiguration | undefined,
  now: number,
): readonly SsoCheck[] {
  if (metadata === undefined || "problem" in metadata || entity === undefined) {
    const detail = metadata !== undefined && "problem" in metadata ? metadata.detail : "none";
    return [{ check: "metadata", result: "fail", detail: `the provider's metadata cannot be read: ${detail}` }];
  }
  const settings = configuration?.settings?.protocol === "saml" ? configuration.settings : undefined;
  const entityIdDiffers =
    settings !== undefined && settings.idpEntityId !== "" && settings.idpEntityId !== entity.entityId;
  const expired = entity.validUntil !== undefined && entity.validUntil <= now;
  const from = (provider.details["MetadataURL"] ?? "") === "" ? "the pool's file" : "the provider";
  const metadataCheck: SsoCheck = entityIdDiffers
    ? { check: "metadata", result: "fail", detail: "the provider's entity ID is not the configured one" }
    : expired
      ? { check: "metadata", result: "fail", detail: "the provider's metadata has expired" }
      : { check: "metadata", result: "pass", detail: `read from ${from}, with the configured entity ID` };
  const stale: SsoCheck = {
    check: "certificate",
    result: "fail",
    detail: "the project has not read the provider's new certificates: run c2d sso plan and c2d sso apply",
  };
  const isStale = hasStaleCertificates(configuration, entity);
  return [metadataCheck, isStale ? stale : certificateCheck(entity.certificates, settings, now)];
}

function certificateCheck(
  certificates: readonly SamlCertificate[],
  settings: Extract<ConnectionSettings, { protocol: "saml" }> | undefined,
  now: number,
): SsoCheck {
  const check = "certificate";
  const current = certificates.filter(({ notBefore, notAfter }) => notBefore <= now && now < notAfter);
  if (current.length === 0) return { check, result: "fail", detail: "no certificate of the provider counts today" };
  const source = settings?.source;
  if (source !== undefined && "certificates" in source) {
    const known = new Set(source.certificates.map(certificateBody));
    const unknown = current.filter(({ pem }) => !known.has(certificateBody(pem)));
    if (unknown.length === current.length) {
      return { check, result: "fail", detail: "the project trusts none of the provider's certificates" };
    }
    if (unknown.length > 0) {
      return {
        check,
        result: "fail",
        detail: `the project does not trust ${unknown.length} of the provider's certificates`,
      };
    }
  }
  const last = Math.max(...current.map(({ notAfter }) => notAfter));
  return last - now > CERTIFICATE_WARNING_MS
    ? { check, result: "pass", detail: `good until ${isoDay(last)}` }
    : { check, result: "fail", detail: `ends on ${isoDay(last)}, in less than 30 days` };
}

async function requestCheck(
  { item, read, target, signal }: VerifyOptions,
  settings: ConnectionSettings,
): Promise<Check> {
  const { connection } = item;
  let started: TestSignIn;
  try {
    started = await target.startTest({ tenantId: connection.tenantId, ssoId: connection.ssoId }, { signal });
  } catch (error) {
    if (!hasCode(error, "ERR_TARGET_REFUSED")) throw error;
    return ["request", "fail", `the project begins no sign-in (${error.vendorCode ?? `status ${error.status ?? 0}`})`];
  }
  if (settings.protocol === "saml") return samlRequestCheck(started, settings, read);
  if (settings.protocol !== "oidc") return ["request", "pass", "not for social providers"];
  const wanted = new URL(settings.authorizeUrl);
  const wrong = [
    ...(started.address === `${wanted.origin}${wanted.pathname}` ? [] : ["address"]),
    ...(started.parameters["client_id"] === settings.clientId ? [] : ["client_id"]),
    ...[...wanted.searchParams].filter(([name, value]) => started.parameters[name] !== value).map(([name]) => name),
  ];
  return wrong.length === 0
    ? ["request", "pass", "goes to the provider, by the client that it knows"]
    : ["request", "fail", `the request has another ${wrong.join(", ")} than configured`];
}

function samlRequestCheck(
  { samlRequest, address }: TestSignIn,
  settings: Extract<ConnectionSettings, { protocol: "saml" }>,
  { entity }: ReadConnection,
): Check {
  if (samlRequest === undefined) return ["request", "fail", "the request cannot be read"];
  const signOnUrl = "signOnUrl" in settings.source ? settings.source.signOnUrl : entity && signOnUrlOf(entity);
  const wrong = [
    ...(settings.spEntityId === "" || samlRequest.issuer === settings.spEntityId ? [] : ["issuer"]),
    ...(settings.spAcsUrl === "" || samlRequest.acsUrl === settings.spAcsUrl ? [] : ["address of responses"]),
    ...(signOnUrl === undefined || samlRequest.destination === signOnUrl || samlRequest.destination === ""
      ? []
      : ["destination"]),
    ...(signOnUrl === undefined || address === withoutQuery(signOnUrl) ? [] : ["address"]),
  ];
  return wrong.length === 0
    ? ["request", "pass", "asks in the name that the provider knows, and for the address that it knows"]
    : ["request", "fail", `the request has another ${wrong.join(", ")} than the provider knows`];
}

function withoutQuery(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}

function testSignIn(configuration: SsoConfiguration | undefined, record: SsoRecord | undefined): Check {
  const at = (configuration?.lastSuccessTestTime ?? 0) * 1000;
  if (at === 0) return ["test-sign-in", "pending", "nobody has signed in as a test yet"];
  // The project counts in seconds: a test in the second of the settings came after them.
  return record !== undefined && at + 1000 <= record.at
    ? ["test-sign-in", "pending", "the last test sign-in is older than the settings"]
    : ["test-sign-in", "pass", "a test sign-in succeeded after the settings were made"];
}
