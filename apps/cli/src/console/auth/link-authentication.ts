import { randomBytes } from "node:crypto";
import { ConsoleRefusal } from "../problem.ts";
import type { ConsoleAuthentication } from "./authentication.ts";
import { isEqualText } from "./equal-text.ts";

/** Sign-in by links of the terminal, each of which works once. */
export interface LinkAuthentication extends ConsoleAuthentication {
  /** Makes a link's token. One that was made before and not used is worthless from now on. */
  newToken(): string;
}

/** Shortest token that scripts may bring. */
export const MIN_BEARER_LENGTH = 20;

/**
 * Whoever has the link is the operator at the terminal.
 *
 * @param operator - Account and machine.
 * @param scriptToken - What scripts bring as a bearer token; undefined where none may.
 */
export function createLinkAuthentication(operator: string, scriptToken: string | undefined): LinkAuthentication {
  let token: string | undefined;
  return {
    signInBy: "link",
    newToken() {
      token = randomBytes(32).toString("base64url");
      return token;
    },
    async signIn(given) {
      if (!("token" in given)) throw new ConsoleRefusal("invalid-request");
      if (token === undefined || !isEqualText(given.token, token)) {
        throw new ConsoleRefusal("link-used", {
          suggestion: "press Enter in the terminal of c2d console, or send the process SIGUSR2: it prints a new link",
        });
      }
      token = undefined;
      return operator;
    },
    bearer(given) {
      return scriptToken !== undefined && isEqualText(given, scriptToken) ? `${operator} (script)` : undefined;
    },
  };
}
