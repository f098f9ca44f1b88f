import { Secret } from "./secret.ts";

/** What the environment says of checking passwords. */
export interface JitEnvironment {
  /** Any of them lets a connector in. */
  readonly tokens: readonly Secret[];
  /** With any of them requests are signed; none where they need not be. */
  readonly hmacSecrets: readonly Secret[];
  readonly clientId?: string | undefined;
  /** The secret of a pool's app client. */
  clientSecretOf(userPoolId: string): Secret | undefined;
}

/** The variable that holds the secret of the app client of one of several pools. */
export function clientSecretVariable(userPoolId: string): string {
  return `C2D_JIT_CLIENT_SECRET_${userPoolId.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
}

/** Where nothing is said of it. */
export const NO_JIT_ENVIRONMENT: JitEnvironment = readJitEnvironment(() => undefined);

/** @param value - Gives a variable; empty ones count as absent. */
export function readJitEnvironment(value: (name: string) => string | undefined): JitEnvironment {
  const secret = (name: string): Secret | undefined => {
    const text = value(name);
    return text === undefined ? undefined : new Secret(text);
  };
  /** While they are changed there are an old one and a new one, with a comma between them. */
  const secrets = (name: string): readonly Secret[] =>
    (value(name) ?? "")
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== "")
      .map((one) => new Secret(one));
  return {
    tokens: secrets("C2D_JIT_TOKEN"),
    hmacSecrets: secrets("C2D_JIT_HMAC_SECRET"),
    clientId: value("C2D_JIT_CLIENT_ID"),
    clientSecretOf: (userPoolId) => secret(clientSecretVariable(userPoolId)) ?? secret("C2D_JIT_CLIENT_SECRET"),
  };
}
