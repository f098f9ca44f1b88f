import { type ConnectionModes, compileModes, MigrationError, readModes } from "@cognito-to-descope/core";

/**
 * Reads the text of the file that says how far the cut-over of each connection is.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID`.
 */
export function parseModes(json: string): ConnectionModes {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    value = undefined;
  }
  const written = readModes(value);
  if (written === undefined) {
    throw new MigrationError("ERR_CONFIG_INVALID", "the file of modes is none", {
      suggestion: "change modes with c2d sso mode; to begin anew, remove the file: then every connection is Cognito's",
    });
  }
  return compileModes(written);
}
