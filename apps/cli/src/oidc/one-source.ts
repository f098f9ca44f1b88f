import { createRequestQuotas, createUserPoolSource, type CognitoUserPoolSource } from "@cognito-to-descope/cognito";
import type { Config, SourceConfig } from "../config/config.ts";
import { usageError } from "../errors.ts";
import { poolAccess } from "../pool-access.ts";
import { systemClock } from "../system.ts";

/** The pool that a command for one pool is about. */
export function oneSource({ sources }: Pick<Config, "sources">, userPoolId: string | undefined): SourceConfig {
  const named = sources.find((source) => source.userPoolId === userPoolId);
  if (named !== undefined) return named;
  const [only, ...more] = sources;
  if (userPoolId !== undefined || only === undefined) {
    throw usageError("the config has no user pool of this ID", "name one of its pools with --user-pool-id");
  }
  if (more.length > 0) throw usageError("the config has several user pools", "name one with --user-pool-id");
  return only;
}

/** Opens it. Makes no request yet. */
export function openOneSource(source: SourceConfig): CognitoUserPoolSource {
  return createUserPoolSource({
    ...poolAccess(source),
    userPoolId: source.userPoolId,
    clock: systemClock,
    quotas: createRequestQuotas({ clock: systemClock }),
  });
}
