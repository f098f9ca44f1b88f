import { MigrationError } from "../../errors.ts";
import type {
  BridgeConfig,
  BridgeConnection,
  BridgeHost,
  WrittenBridgeConfig,
  WrittenBridgeHost,
} from "./bridge-config.ts";
import { connectionKey } from "../sso-options.ts";

/** What is wrong with a config: where, and what would be right. */
export interface BridgeConfigProblem {
  /** `hosts[0].upstream`. */
  readonly path: string;
  readonly message: string;
}

const HOST = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Makes a config ready for decisions.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` with every problem in its suggestion.
 */
export function compileBridgeConfig(written: WrittenBridgeConfig): BridgeConfig {
  const problems = bridgeConfigProblems(written);
  if (problems.length > 0) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    throw new MigrationError("ERR_CONFIG_INVALID", `the bridge's config has ${count}`, {
      suggestion: problems
        .slice(0, 20)
        .map(({ path, message }) => `${path}: ${message}`)
        .join("\n"),
    });
  }
  return {
    projectId: written.projectId,
    descopeBaseUrl: originOf(written.descopeBaseUrl) ?? "",
    acsTarget: acsTarget(written, { tenantId: "", ssoId: "" }),
    hosts: new Map(written.hosts.map((host) => [host.host, compileHost(host, written)])),
  };
}

/** Descope's address for SAML responses. Nothing of a request's own query is ever kept: it could name another tenant. */
function acsTarget(
  { projectId }: WrittenBridgeConfig,
  { tenantId, ssoId }: { readonly tenantId: string; readonly ssoId: string },
): string {
  const target = `/v1/auth/saml/acs?projectId=${encodeURIComponent(projectId)}`;
  if (tenantId === "") return target;
  const tenant = `${target}&tenantId=${encodeURIComponent(tenantId)}`;
  return ssoId === "" ? tenant : `${tenant}&ssoId=${encodeURIComponent(ssoId)}`;
}

/** Everything that is wrong with a config whose shape is right. */
export function bridgeConfigProblems(written: WrittenBridgeConfig): readonly BridgeConfigProblem[] {
  const problems: BridgeConfigProblem[] = [];
  const check = (path: string, right: boolean, message: string): void => {
    if (!right) problems.push({ path, message });
  };
  check("projectId", /^[\w-]+$/.test(written.projectId), "must be a project ID");
  check("descopeBaseUrl", originOf(written.descopeBaseUrl) !== undefined, ORIGIN);
  check("hosts", written.hosts.length > 0, "must name the custom domain of at least one pool");
  const hosts = new Set<string>();
  written.hosts.forEach((host, index) => {
    const path = `hosts[${index}]`;
    check(`${path}.host`, HOST.test(host.host), "must be a host name in lower case, without port");
    check(`${path}.host`, !hosts.has(host.host), "is there twice");
    hosts.add(host.host);
    check(`${path}.upstream`, originOf(host.upstream) !== undefined, ORIGIN);
    if (host.upstreamClient !== undefined) {
      check(`${path}.upstreamClient`, host.upstreamClient !== "", "must be the ID of an app client");
    }
    for (const url of [host.upstream, written.descopeBaseUrl]) {
      const loops = hostNameOf(url) === host.host;
      check(`${path}.upstream`, !loops, "must not be the host itself: that is this bridge");
    }
    const names = new Set<string>();
    host.connections.forEach(({ name, userPoolId }, at) => {
      check(`${path}.connections[${at}]`, userPoolId === host.userPoolId, "belongs to another pool");
      check(`${path}.connections[${at}]`, !names.has(name), "has the name of another connection");
      names.add(name);
    });
    host.connections.forEach(({ upstream }, at) => {
      if (upstream === undefined) return;
      for (const [field, url] of [
        ["authorizeUrl", upstream.authorizeUrl],
        ["tokenUrl", upstream.tokenUrl],
      ] as const) {
        check(`${path}.connections[${at}].upstream.${field}`, url === "" || isSafeUrl(url), "must be an https URL");
      }
    });
    host.oidcRedirectUrls.forEach((url, at) =>
      check(
        `${path}.oidcRedirectUrls[${at}]`,
        isSafeUrl(url) && !/[?#]/.test(url),
        "must be an https URL without query",
      ),
    );
  });
  return problems;
}

const ORIGIN = "must be an origin such as https://api.descope.com, without a path; http only for this machine";

/** The origin of a URL that is nothing else, with http for loopback addresses only. */
function originOf(text: string): string | undefined {
  if (!isSafeUrl(text)) return undefined;
  const url = new URL(text);
  return url.pathname === "/" && url.search === "" && url.hash === "" ? url.origin : undefined;
}

function isSafeUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}

function isLoopback(name: string): boolean {
  return name === "localhost" || name === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(name);
}

function hostNameOf(text: string): string | undefined {
  return URL.parse(text)?.hostname;
}

function compileHost(written: WrittenBridgeHost, config: WrittenBridgeConfig): BridgeHost {
  const byName = new Map<string, BridgeConnection>();
  const byIdentifier = new Map<string, BridgeConnection | undefined>();
  const byIssuer = new Map<string, BridgeConnection[]>();
  for (const plain of written.connections) {
    const connection = { ...plain, key: connectionKey(plain), acsTarget: acsTarget(config, plain) };
    byName.set(connection.name, connection);
    for (const identifier of connection.identifiers) {
      byIdentifier.set(identifier, byIdentifier.has(identifier) ? undefined : connection);
    }
    for (const issuer of new Set(connection.protocol === "saml" ? connection.idpEntityIds : [])) {
      const others = byIssuer.get(issuer);
      if (others === undefined) byIssuer.set(issuer, [connection]);
      else others.push(connection);
    }
  }
  return {
    host: written.host,
    userPoolId: written.userPoolId,
    upstream: originOf(written.upstream) ?? "",
    byName,
    byIdentifier,
    byIssuer,
    callbackUrls: new Map(written.appClients.map((client) => [client.clientId, new Set(client.callbackUrls)])),
    oidcRedirectUrls: new Set(written.oidcRedirectUrls),
    upstreamClient: written.upstreamClient,
  };
}
