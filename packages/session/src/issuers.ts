import type { CognitoIssuer, DescopeIssuer } from "./options.ts";

/** Issuers that a pool or project signs as, and where the keys of each are. */
export interface IssuerAddresses {
  /** Address of the keys by issuer. */
  readonly jwksUris: ReadonlyMap<string, string>;
}

const USER_POOL_ID = /^([a-z]{2,4}(?:-[a-z]+)+-\d+)_[A-Za-z0-9]+$/;
const PROJECT_ID = /^P[A-Za-z0-9]{3,60}$/;

/** Domain of the AWS partition of a region. */
const PARTITIONS: readonly (readonly [regions: RegExp, domain: string])[] = [
  [/^cn-/, "amazonaws.com.cn"],
  [/^us-iso-/, "c2s.ic.gov"],
  [/^us-isob-/, "sc2s.sgov.gov"],
  [/^us-isof-/, "csp.hci.ic.gov"],
  [/^eu-isoe-/, "cloud.adc-e.uk"],
  [/^eusc-/, "amazonaws.eu"],
  [/^/, "amazonaws.com"],
];

/**
 * Both issuers of a user pool: pools sign as the original host until they are set to the updated one.
 *
 * @throws TypeError when an option is not valid.
 */
export function cognitoAddresses(options: CognitoIssuer): IssuerAddresses {
  const { userPoolId, issuers, jwksUri } = options;
  const region = USER_POOL_ID.exec(userPoolId)?.[1];
  // The IDs of emulators have another form; their issuers must be given then.
  if (region === undefined && (issuers === undefined || !/^[\w-]+$/.test(userPoolId))) {
    throw new TypeError('"userPoolId" must be the ID of a user pool, such as us-east-1_AbCdEf123');
  }
  const domain = PARTITIONS.find(([regions]) => regions.test(region ?? ""))?.[1] ?? "amazonaws.com";
  const own = ["cognito-idp", "issuer-cognito-idp"].map((host) => `https://${host}.${region}.${domain}/${userPoolId}`);
  const accepted = issuers ?? own;
  if (accepted.length === 0) throw new TypeError('"issuers" must name an issuer');
  return {
    jwksUris: new Map(
      accepted.map((issuer) => [issuer, checkAddress("jwksUri", jwksUri ?? `${issuer}/.well-known/jwks.json`)]),
    ),
  };
}

/** Length of a project ID without its region. */
const PLAIN_PROJECT_ID_LENGTH = 28;

/**
 * All issuers of a project: which one it signs as depends on its age, its JWT template and its domains, and may change
 * in the middle of a migration.
 *
 * @throws TypeError when an option is not valid.
 */
export function descopeAddresses(options: DescopeIssuer): IssuerAddresses {
  const { projectId, baseUrl, customDomains = [], applications = [], mcpServers = [], issuers = [] } = options;
  if (!PROJECT_ID.test(projectId))
    throw new TypeError('"projectId" must be the ID of a project: P and letters or digits');
  const ownBase = baseUrl === undefined ? regionBase(projectId) : readBase("baseUrl", baseUrl);
  const bases = new Set([ownBase, ...customDomains.map((domain) => readBase("customDomains", domain))]);
  // Projects of the first region sign as either host.
  if (baseUrl === undefined && projectId.startsWith("Puse1")) bases.add("https://api.use1.descope.com");
  const accepted = new Set([projectId, ...issuers]);
  for (const base of bases) {
    for (const prefix of [base, `${base}/v1/apps`]) {
      accepted.add(`${prefix}/${projectId}`);
      for (const id of applications) accepted.add(`${prefix}/${projectId}/${readSegment("applications", id)}`);
    }
    for (const id of mcpServers) accepted.add(`${base}/v1/apps/agentic/${projectId}/${readSegment("mcpServers", id)}`);
  }
  const jwksUri = checkAddress("jwksUri", options.jwksUri ?? `${ownBase}/v2/keys/${projectId}`);
  return { jwksUris: new Map([...accepted].map((issuer) => [issuer, jwksUri])) };
}

function regionBase(projectId: string): string {
  const region = projectId.length > PLAIN_PROJECT_ID_LENGTH ? projectId.slice(1, 1 - PLAIN_PROJECT_ID_LENGTH) : "";
  return region === "" || region === "use1" ? "https://api.descope.com" : `https://api.${region}.descope.com`;
}

function readBase(option: string, text: string): string {
  const address = text.includes("://") ? text : `https://${text}`;
  return checkAddress(option, address).replace(/\/+$/, "");
}

function readSegment(option: string, id: string): string {
  if (!/^[A-Za-z0-9_.~-]+$/.test(id)) throw new TypeError(`"${option}" must hold IDs that can stand in an address`);
  return id;
}

/** @throws TypeError unless keys read there cannot be changed on the way: HTTPS, or this machine. */
function checkAddress(option: string, address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isLocal = url?.protocol === "http:" && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (url === undefined || (url.protocol !== "https:" && !isLocal) || url.username !== "" || url.password !== "") {
    throw new TypeError(`"${option}" must be an https address`);
  }
  return address;
}
