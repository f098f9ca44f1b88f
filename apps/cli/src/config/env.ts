import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseEnv } from "node:util";
import { MigrationError } from "@cognito-to-descope/core";
import { JIT_ENV_FILE } from "./jit-env-file.ts";
import { type JitEnvironment, readJitEnvironment } from "./jit-environment.ts";
import { Secret } from "./secret.ts";

/** Keys of AWS, from one and the same place. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken?: Secret;
}

/** What the environment says. Empty variables count as absent. */
export interface EnvironmentSettings {
  readonly userPoolId?: string | undefined;
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly profile?: string | undefined;
  readonly awsKeys?: AwsKeys | undefined;
  /** Which variable of AWS's pair of keys is absent while the other is there. */
  readonly missingAwsKey?: string | undefined;
  readonly projectId?: string | undefined;
  readonly managementKey?: Secret | undefined;
  readonly baseUrl?: string | undefined;
  /** Location of the state store. A secret, because it may be a URL with a password. */
  readonly state?: Secret | undefined;
  readonly eventsSecret?: Secret | undefined;
  /** What the bridge seals states of OIDC sign-ins with, then the secret before. */
  readonly bridgeStateSecrets?: readonly Secret[] | undefined;
  readonly jit?: JitEnvironment | undefined;
  readonly console?: ConsoleEnvironment | undefined;
}

/** Who may use the console without a link of the terminal. */
export interface ConsoleEnvironment {
  /** What scripts bring as a bearer token. */
  readonly token?: Secret | undefined;
  /** Operators by name with what their passphrases are checked by, as it was written. */
  readonly operators?: Secret | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The variables of this process. The only place that reads them. */
export function processVariables(): Variables {
  return process.env;
}

/**
 * Reads the settings from the variables and from the `.env` file of the directory. A variable counts before the file;
 * AWS credentials are never put together from both. What checks passwords may also stand in `.env.c2d-jit`.
 *
 * @throws MigrationError `ERR_CONFIG_UNREADABLE` when there is such a file that cannot be read.
 */
export function readEnvironment(cwd: string, variables: Variables): EnvironmentSettings {
  const file = readEnvFile(join(cwd, ".env"));
  const jitFile = readEnvFile(join(cwd, JIT_ENV_FILE));
  const value = (...names: readonly string[]): string | undefined => valueOf([variables, file], names);
  const managementKey = value("DESCOPE_MANAGEMENT_KEY");
  const state = value("C2D_STATE");
  const eventsSecret = value("C2D_EVENTS_SECRET");
  const bridgeState = value("C2D_BRIDGE_STATE_SECRET");
  const bridgeStateBefore = value("C2D_BRIDGE_STATE_SECRET_BEFORE");
  const secret = (name: string): Secret | undefined => {
    const text = value(name);
    return text === undefined ? undefined : new Secret(text);
  };
  return {
    userPoolId: value("COGNITO_USER_POOL_ID"),
    region: value("COGNITO_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"),
    endpoint: value("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AWS_ENDPOINT_URL"),
    ...readCredentials(variables, file),
    projectId: value("DESCOPE_PROJECT_ID"),
    managementKey: managementKey === undefined ? undefined : new Secret(managementKey),
    baseUrl: value("DESCOPE_BASE_URL", "DESCOPE_BASE_URI"),
    state: state === undefined ? undefined : new Secret(state),
    eventsSecret: eventsSecret === undefined ? undefined : new Secret(eventsSecret),
    bridgeStateSecrets:
      bridgeState === undefined
        ? []
        : [bridgeState, ...(bridgeStateBefore === undefined ? [] : [bridgeStateBefore])].map(
            (text) => new Secret(text),
          ),
    console: { token: secret("C2D_CONSOLE_TOKEN"), operators: secret("C2D_CONSOLE_OPERATORS") },
    jit: readJitEnvironment((name) => valueOf([variables, file, jitFile], [name])),
  };
}

/** The first that is set; an empty one counts as absent. */
function valueOf(places: readonly Variables[], names: readonly string[]): string | undefined {
  for (const from of places) {
    for (const name of names) {
      const text = from[name]?.trim();
      if (text !== undefined && text !== "") return text;
    }
  }
  return undefined;
}

function readCredentials(
  variables: Variables,
  file: Variables,
): Pick<EnvironmentSettings, "awsKeys" | "profile" | "missingAwsKey"> {
  for (const from of [variables, file]) {
    const text = (name: string): string | undefined => from[name]?.trim() || undefined;
    const accessKeyId = text("AWS_ACCESS_KEY_ID");
    const secretAccessKey = text("AWS_SECRET_ACCESS_KEY");
    const sessionToken = text("AWS_SESSION_TOKEN");
    const profile = text("AWS_PROFILE");
    if (accessKeyId !== undefined && secretAccessKey !== undefined) {
      return {
        profile,
        awsKeys: {
          accessKeyId,
          secretAccessKey: new Secret(secretAccessKey),
          ...(sessionToken === undefined ? {} : { sessionToken: new Secret(sessionToken) }),
        },
      };
    }
    if (accessKeyId !== undefined || secretAccessKey !== undefined) {
      return { profile, missingAwsKey: accessKeyId === undefined ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY" };
    }
    if (profile !== undefined) return { profile };
  }
  return {};
}

/**
 * Reads a file of variables; empty when there is none.
 *
 * @throws MigrationError `ERR_CONFIG_UNREADABLE` when it cannot be read.
 */
export function readEnvFile(path: string): Variables {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new MigrationError("ERR_CONFIG_UNREADABLE", `the file ${basename(path)} cannot be read`, {
      cause: error,
      suggestion: "make it a readable file, or remove it",
    });
  }
  return parseEnv(text);
}
