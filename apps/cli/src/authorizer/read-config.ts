import {
  AUTHORIZER_CONFIG_FILE,
  AUTHORIZER_CONFIG_VARIABLE,
  type AuthorizerPool,
  type DualAuthorizerConfig,
} from "@cognito-to-descope/core";
import type { CognitoIssuer, VerifierOptions } from "@cognito-to-descope/session";

type Rule = readonly [isValid: (value: unknown) => boolean, expected: string];
type Rules<T> = Readonly<Record<keyof T, Rule>>;

const REQUIRED: ReadonlySet<string> = new Set(["userPools", "projectId", "audiences", "userPoolId", "clientIds"]);

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isText);
const text: Rule = [isText, "must be a text"];
const textsOrNull: Rule = [(value) => value === null || areTexts(value), "must be a list of texts, or null for any"];
const oneOf = (...words: readonly string[]): Rule => [
  (value) => typeof value === "string" && words.includes(value),
  `must be ${words.map((word) => `"${word}"`).join(" or ")}`,
];

const POOL: Rules<AuthorizerPool> = {
  userPoolId: text,
  clientIds: textsOrNull,
  tokenUse: oneOf("id", "access"),
  roles: [
    (value) => value === null || value === "group-names" || isObject(value),
    'must be "group-names", a role map, or null for none',
  ],
  jwksUri: text,
};

const CONFIG: Rules<DualAuthorizerConfig> = {
  userPools: [(value) => Array.isArray(value) && value.every(isObject), "must be a list of objects"],
  projectId: text,
  audiences: textsOrNull,
  issuer: text,
  baseUrl: text,
  accessKeys: oneOf("refuse", "accept"),
  mode: oneOf("cognito-only", "dual", "descope-preferred", "descope-only"),
  subject: oneOf("cognito", "descope"),
  unmapped: oneOf("keep", "refuse"),
  cacheSeconds: [
    (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 3600,
    "must be a whole number from 0 to 3600",
  ],
};

/** A config, and where it stands. */
export interface FoundConfig {
  readonly config: DualAuthorizerConfig;
  readonly place: string;
}

/**
 * Finds the config and checks it.
 *
 * @param readFile - The file beside the function, where there is one.
 * @throws TypeError with everything that is wrong with it, at once. Never with its values.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  readFile: () => string | undefined,
): FoundConfig {
  const variable = env[AUTHORIZER_CONFIG_VARIABLE];
  const place = variable === undefined ? AUTHORIZER_CONFIG_FILE : AUTHORIZER_CONFIG_VARIABLE;
  const found = variable ?? readFile();
  if (found === undefined) {
    throw new TypeError(
      `the authorizer has no config: set ${AUTHORIZER_CONFIG_VARIABLE}, or put ${AUTHORIZER_CONFIG_FILE} beside it`,
    );
  }
  const config = parse(found);
  if (!isObject(config)) throw notValid(place, ["it must be an object, as JSON"]);
  const problems = [...problemsOf(config, CONFIG, "")];
  const pools = config["userPools"];
  if (Array.isArray(pools)) {
    for (const [index, pool] of pools.entries()) {
      if (isObject(pool)) problems.push(...problemsOf(pool, POOL, `userPools[${index}].`));
    }
  }
  if (problems.length > 0) throw notValid(place, problems);
  return { config: config as unknown as DualAuthorizerConfig, place };
}

/** What the function is made from. */
export interface AuthorizerSettings {
  readonly verifierOptions: VerifierOptions;
  readonly cacheSeconds: number;
}

/** The verifier's options by the config: what it leaves out is said here in words. */
export function settingsOf({ config }: FoundConfig): AuthorizerSettings {
  const { userPools, projectId, audiences, issuer, baseUrl, accessKeys = "refuse" } = config;
  const { mode = "dual", subject = "cognito", unmapped = "keep", cacheSeconds = 60 } = config;
  return {
    verifierOptions: {
      cognito: userPools.map(poolOptions),
      descope: [
        {
          projectId,
          audience: audiences,
          accessKeys,
          ...(issuer === undefined ? {} : { issuers: [issuer] }),
          ...(baseUrl === undefined ? {} : { baseUrl }),
        },
      ],
      mode,
      subject: { use: subject, unmapped },
    },
    cacheSeconds,
  };
}

function poolOptions({
  userPoolId,
  clientIds,
  tokenUse,
  roles = "group-names",
  jwksUri,
}: AuthorizerPool): CognitoIssuer {
  return {
    userPoolId,
    clientId: clientIds,
    tokenUse: tokenUse ?? null,
    roles,
    ...(jwksUri === undefined ? {} : { jwksUri }),
  };
}

function* problemsOf(value: Readonly<Record<string, unknown>>, rules: Readonly<Record<string, Rule>>, path: string) {
  for (const [name, [isValid, expected]] of Object.entries(rules)) {
    if (Object.hasOwn(value, name) ? !isValid(value[name]) : REQUIRED.has(name)) yield `"${path}${name}" ${expected}`;
  }
  // A setting with a slip in its name would otherwise be one that does nothing.
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(rules, name)) yield `"${path}${name}" is not a setting`;
  }
}

function notValid(place: string, problems: readonly string[]): TypeError {
  return new TypeError(`the authorizer's config in ${place} is not valid: ${problems.join("; ")}`);
}

function parse(found: string): unknown {
  try {
    return JSON.parse(found);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
