import { createRequestQuotas, createUserPoolSource } from "@cognito-to-descope/cognito";
import type { CognitoSourceEvent, RequestQuotas } from "@cognito-to-descope/cognito";
import type { RunSource } from "@cognito-to-descope/core";
import type { Config, SourceConfig } from "./config/config.ts";
import { systemClock } from "./system.ts";

/** The pools of a config, ready to be read. */
export interface OpenSources extends Disposable {
  readonly sources: readonly RunSource[];
}

/** Opens every pool of the config. Makes no request yet. */
export function openSources(
  config: Config,
  listener: (event: CognitoSourceEvent, userPoolId: string) => void = () => undefined,
): OpenSources {
  // AWS counts per account and region: pools that are read with the same credentials share one budget.
  const quotas = new Map<string, RequestQuotas>();
  const { UserList, UserPoolClientRead, UserPoolRead, UserPoolResourceRead, perPoolOperation } =
    config.limits.cognito ?? {};
  const categories = Object.fromEntries(
    Object.entries({ UserList, UserPoolClientRead, UserPoolRead, UserPoolResourceRead }).filter(
      ([, limit]) => limit !== undefined,
    ),
  );
  const quotasOf = ({ region, profile, roleArn }: SourceConfig): RequestQuotas => {
    const key = JSON.stringify([region, profile, roleArn]);
    let shared = quotas.get(key);
    if (shared === undefined) {
      shared = createRequestQuotas({ clock: systemClock, limits: { categories, perPoolOperation } });
      quotas.set(key, shared);
    }
    return shared;
  };
  const opened = config.sources.map((source) => {
    const { awsKeys, tenant, ...options } = source;
    return {
      tenant,
      source: createUserPoolSource({
        ...options,
        accessKeyId: awsKeys?.accessKeyId,
        secretAccessKey: awsKeys?.secretAccessKey.reveal(),
        sessionToken: awsKeys?.sessionToken?.reveal(),
        clock: systemClock,
        quotas: quotasOf(source),
        listener: (event) => listener(event, source.userPoolId),
      }),
    };
  });
  return {
    sources: opened,
    [Symbol.dispose]: () => opened.forEach(({ source }) => source.close()),
  };
}
