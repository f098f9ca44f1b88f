import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { GatewaySecrets } from "@cognito-to-descope/core";
import type { CliHost } from "../cli-host.ts";
import { readEnvFile, readEnvironment } from "../config/env.ts";
import { JIT_ENV_FILE } from "../config/jit-env-file.ts";
import { NO_JIT_ENVIRONMENT } from "../config/jit-environment.ts";
import { usageError } from "../errors.ts";
import { writeFileWhole } from "../output/write-file.ts";

/** Bytes of a secret that is made here: 256 bits, 43 characters. */
const SECRET_BYTES = 32;

/** Lines of a file of variables. */
export type EnvLines = Readonly<Record<string, string>>;

/** The secrets of the connector, with what the file is to say of them: nothing where variables say it. */
export interface PreparedSecrets {
  readonly secrets: GatewaySecrets;
  readonly lines: EnvLines;
}

/**
 * The secrets of the environment or of the file, or new ones. Of several, the first is the one that the connector gets.
 *
 * @param rotate - Makes new ones, and has the gateway take those of before too.
 * @throws MigrationError `ERR_USAGE` when secrets are to be changed that the file does not hold.
 */
export function prepareSecrets({ cwd, variables }: CliHost, rotate: boolean): PreparedSecrets {
  const file = readEnvFile(join(cwd, JIT_ENV_FILE));
  const { tokens, hmacSecrets } = readEnvironment(cwd, variables).jit ?? NO_JIT_ENVIRONMENT;
  const lines: Record<string, string> = {};
  const prepare = (name: string, given: string | undefined): string => {
    const kept = file[name] ?? "";
    const current = kept.split(",")[0]?.trim() ?? "";
    if (rotate && given !== undefined && given !== current) throw notOurs(name);
    if (given !== undefined && !rotate) {
      if (given === current) lines[name] = kept;
      return given;
    }
    const made = randomBytes(SECRET_BYTES).toString("base64url");
    lines[name] = current === "" ? made : `${made},${current}`;
    return made;
  };
  const token = prepare("C2D_JIT_TOKEN", tokens[0]?.reveal());
  const hmacSecret = prepare("C2D_JIT_HMAC_SECRET", hmacSecrets[0]?.reveal());
  return { secrets: { token, hmacSecret }, lines };
}

/**
 * Writes what the gateway needs to know into a file that only its owner can read; whatever else it says stays.
 *
 * @returns Whether anything changed.
 * @throws MigrationError `ERR_OUTPUT_UNWRITABLE`.
 */
export async function writeSecretsFile(cwd: string, lines: EnvLines): Promise<boolean> {
  const path = join(cwd, JIT_ENV_FILE);
  const before = readEnvFile(path);
  if (Object.entries(lines).every(([name, value]) => before[name] === value)) return false;
  const text = Object.entries({ ...before, ...lines }).map(([name, value]) => `${name}=${value ?? ""}\n`);
  await writeFileWhole(path, [
    "# Made by c2d jit setup for c2d gateway --jit. Keep it out of version control.\n",
    ...text,
  ]);
  return true;
}

function notOurs(name: string): Error {
  return usageError(
    `${name} does not come from ${JIT_ENV_FILE}, so it is not changed here`,
    "change it where it comes from: the new one, a comma, the old one; then run this without --rotate",
  );
}
