import { MIN_CONNECTOR_SECRET_LENGTH } from "@cognito-to-descope/core";
import type { ConfigProblem } from "../../errors.ts";
import type { EnvironmentSettings } from "../env.ts";
import { NO_JIT_ENVIRONMENT } from "../jit-environment.ts";
import { writtenJitPools } from "../resolve-jit.ts";
import type { WrittenConfig } from "../written-config.ts";

/** Everything that checking passwords needs stands in the file or in the environment. */
export function checkJit(
  written: WrittenConfig,
  { jit = NO_JIT_ENVIRONMENT, userPoolId }: EnvironmentSettings,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const make = "make one with `openssl rand -hex 32`, and give it to the connector";
  if (jit.tokens.length === 0) {
    problems.push({ path: "C2D_JIT_TOKEN", message: `is missing in the environment: ${make}` });
  }
  for (const [path, secrets] of [
    ["C2D_JIT_TOKEN", jit.tokens],
    ["C2D_JIT_HMAC_SECRET", jit.hmacSecrets],
  ] as const) {
    if (secrets.some((secret) => secret.reveal().length < MIN_CONNECTOR_SECRET_LENGTH)) {
      problems.push({ path, message: `must have at least ${MIN_CONNECTOR_SECRET_LENGTH} characters: ${make}` });
    }
  }
  const known = (written.sources ?? [written.source ?? {}]).flatMap((source) => source.userPoolId ?? userPoolId ?? []);
  const pools = writtenJitPools(written.jit ?? {}, known, jit);
  if (pools.length === 0) {
    problems.push({
      path: "jit.pools",
      message: "is missing: name the app client of each pool here, or of the only one as C2D_JIT_CLIENT_ID",
    });
  }
  for (const [index, pool] of pools.entries()) {
    if (!known.includes(pool.userPoolId)) {
      problems.push({ path: `jit.pools[${index}].userPoolId`, message: "is none of the sources" });
    }
    if (pools.findIndex((other) => other.userPoolId === pool.userPoolId) !== index) {
      problems.push({ path: `jit.pools[${index}].userPoolId`, message: "is named twice" });
    }
  }
  return problems;
}
