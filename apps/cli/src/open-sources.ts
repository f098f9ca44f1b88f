import {
  createAccountQuotas,
  createCognitoClients,
  createRequestQuotas,
  createUserPoolSource,
} from "@cognito-to-descope/cognito";
import type { CognitoSourceEvent } from "@cognito-to-descope/cognito";
import type { RunSource } from "@cognito-to-descope/core";
import type { Config } from "./config/config.ts";
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
  const { UserList, UserPoolClientRead, UserPoolRead, UserPoolResourceRead, perPoolOperation } =
    config.limits.cognito ?? {};
  const categories = Object.fromEntries(
    Object.entries({ UserList, UserPoolClientRead, UserPoolRead, UserPoolResourceRead }).filter(
      ([, limit]) => limit !== undefined,
    ),
  );
  const accountQuotas = createAccountQuotas(() =>
    createRequestQuotas({ clock: systemClock, limits: { categories, perPoolOperation } }),
  );
  const clients = createCognitoClients();
  const opened = config.sources.map((source) => {
    const { awsKeys, tenant, tenantName, ...options } = source;
    return {
      tenant,
      tenantName,
      source: createUserPoolSource({
        ...options,
        accessKeyId: awsKeys?.accessKeyId,
        secretAccessKey: awsKeys?.secretAccessKey.reveal(),
        sessionToken: awsKeys?.sessionToken?.reveal(),
        clock: systemClock,
        accountQuotas,
        clients,
        listener: (event) => listener(event, source.userPoolId),
      }),
    };
  });
  return {
    sources: opened,
    [Symbol.dispose]: () => clients[Symbol.dispose](),
  };
}
