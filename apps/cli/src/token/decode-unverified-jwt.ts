import type { TokenParts } from "@cognito-to-descope/core";
import { usageError } from "../errors.ts";

/**
 * Takes a token apart. Nothing of it is verified: it is for looking, never for letting anybody in.
 *
 * @throws MigrationError `ERR_USAGE`, without any of the token.
 */
export function decodeUnverifiedJwt(token: string): TokenParts {
  const parts = token.split(".");
  const [header = "", payload = ""] = parts;
  if (parts.length !== 3) {
    throw usageError(
      "this is no JWT: it must have three parts with a dot between them",
      "paste the session token itself; access keys, refresh cookies of other services and codes are none",
    );
  }
  return { header: decodePart("header", header), payload: decodePart("payload", payload) };
}

function decodePart(name: string, part: string): Readonly<Record<string, unknown>> {
  if (!/^[A-Za-z0-9_-]+$/.test(part)) throw unreadable(name);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(part, "base64url")));
  } catch {
    // The platform's own error shows the text that it could not read.
    throw unreadable(name);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw unreadable(name);
  return value as Readonly<Record<string, unknown>>;
}

function unreadable(name: string): Error {
  return usageError(`the ${name} of the token cannot be read`, "copy the whole token, without line breaks within it");
}
