import type { Config } from "../config/config.ts";
import { ConfigInvalid } from "../errors.ts";
import { MIN_BEARER_LENGTH } from "./auth/link-authentication.ts";

/**
 * What scripts bring as a bearer token; undefined where none is set.
 *
 * @throws ConfigInvalid when it could be guessed.
 */
export function readScriptToken({ console: access }: Pick<Config, "console">): string | undefined {
  const token = access?.token?.reveal();
  if (token !== undefined && token.length < MIN_BEARER_LENGTH) {
    throw new ConfigInvalid("the environment", [
      {
        path: "C2D_CONSOLE_TOKEN",
        message: `must have at least ${MIN_BEARER_LENGTH} characters: make one with \`openssl rand -hex 32\``,
      },
    ]);
  }
  return token;
}
