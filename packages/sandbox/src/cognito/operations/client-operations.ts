/** Operations on app clients. */

import { invalidParameter, notFound } from "../aws-error.ts";
import { epochSeconds, poolOf } from "../cognito-state.ts";
import type { CognitoState } from "../cognito-state.ts";
import type { OperationTable } from "../operation.ts";
import { pageOf } from "../page-token.ts";
import type { AppClient, Json, UserPool } from "../user-pool.ts";

const lowerAlphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";

interface ClientInput {
  readonly UserPoolId: string;
  readonly ClientId: string;
  readonly ClientName?: string;
  readonly GenerateSecret?: boolean;
  readonly ExplicitAuthFlows?: readonly string[];
  readonly SupportedIdentityProviders?: readonly string[];
  readonly CallbackURLs?: readonly string[];
  readonly DefaultRedirectURI?: string;
}

/** What is left out falls back to its default, at update as at creation. */
function clientSettings(pool: UserPool, input: ClientInput): Json {
  const { UserPoolId: _pool, ClientId: _id, GenerateSecret: _secret, ...given } = input;
  const flows = input.ExplicitAuthFlows ?? [];
  if (flows.some((flow) => flow.startsWith("ALLOW_")) && flows.some((flow) => !flow.startsWith("ALLOW_"))) {
    throw invalidParameter("ExplicitAuthFlows can not mix values with and without the ALLOW_ prefix.");
  }
  for (const name of input.SupportedIdentityProviders ?? []) {
    if (name !== "COGNITO" && !pool.providers.has(name)) {
      throw invalidParameter(`The provider ${name} does not exist for User Pool ${pool.id}.`);
    }
  }
  if (input.DefaultRedirectURI !== undefined && !(input.CallbackURLs ?? []).includes(input.DefaultRedirectURI)) {
    throw invalidParameter("DefaultRedirectURI must be in CallbackURLs.");
  }
  return {
    RefreshTokenValidity: 30,
    TokenValidityUnits: {},
    AllowedOAuthFlowsUserPoolClient: false,
    EnableTokenRevocation: true,
    EnablePropagateAdditionalUserContextData: false,
    AuthSessionValidity: 3,
    ...given,
  };
}

function describeClient(pool: UserPool, client: AppClient): Json {
  return {
    UserPoolId: pool.id,
    ClientId: client.clientId,
    ...(client.secret === undefined ? {} : { ClientSecret: client.secret }),
    LastModifiedDate: epochSeconds(client.modifiedAt),
    CreationDate: epochSeconds(client.createdAt),
    ...client.settings,
  };
}

function clientOf(state: CognitoState, input: { UserPoolId: string; ClientId: string }): AppClient {
  const client = poolOf(state, input.UserPoolId).clients.get(input.ClientId);
  if (client === undefined) throw notFound(`User pool client ${input.ClientId} does not exist.`);
  return client;
}

/** Finds the pool of an app client, as operations without a pool id do. */
export function poolOfClient(state: CognitoState, clientId: string): { pool: UserPool; client: AppClient } {
  for (const pool of state.pools.values()) {
    const client = pool.clients.get(clientId);
    if (client !== undefined) return { pool, client };
  }
  throw notFound(`User pool client ${clientId} does not exist.`);
}

/** Operations on app clients. */
export const clientOperations: OperationTable = {
  CreateUserPoolClient: {
    category: "UserPoolClientUpdate",
    write: true,
    run: (input: ClientInput, state) => {
      const pool = poolOf(state, input.UserPoolId);
      const now = state.now();
      const client: AppClient = {
        clientId: state.ids.text(26, lowerAlphanumeric),
        createdAt: now,
        modifiedAt: now,
        secret: input.GenerateSecret === true ? state.ids.text(51, lowerAlphanumeric) : undefined,
        settings: clientSettings(pool, input),
      };
      pool.clients.set(client.clientId, client);
      return { UserPoolClient: describeClient(pool, client) };
    },
  },
  UpdateUserPoolClient: {
    category: "UserPoolClientUpdate",
    write: true,
    run: (input: ClientInput, state) => {
      const pool = poolOf(state, input.UserPoolId);
      const client = clientOf(state, input);
      const ClientName = input.ClientName ?? client.settings["ClientName"];
      client.settings = clientSettings(pool, { ...input, ClientName: ClientName as string });
      client.modifiedAt = state.now();
      return { UserPoolClient: describeClient(pool, client) };
    },
  },
  DescribeUserPoolClient: {
    category: "UserPoolClientRead",
    write: false,
    run: (input: ClientInput, state) => ({
      UserPoolClient: describeClient(poolOf(state, input.UserPoolId), clientOf(state, input)),
    }),
  },
  DeleteUserPoolClient: {
    category: "UserPoolClientUpdate",
    write: true,
    run: (input: ClientInput, state) => {
      clientOf(state, input);
      poolOf(state, input.UserPoolId).clients.delete(input.ClientId);
      return {};
    },
  },
  ListUserPoolClients: {
    category: "UserPoolClientRead",
    write: false,
    run: (input: { UserPoolId: string; MaxResults?: number; NextToken?: string }, state) => {
      const pool = poolOf(state, input.UserPoolId);
      const { items, next } = pageOf([...pool.clients.values()], state.tokens, {
        token: input.NextToken,
        limit: input.MaxResults ?? 60,
        binding: ["ListUserPoolClients", pool.id],
      });
      return {
        UserPoolClients: items.map((client) => ({
          ClientId: client.clientId,
          UserPoolId: pool.id,
          ClientName: client.settings["ClientName"],
        })),
        ...(next === undefined ? {} : { NextToken: next }),
      };
    },
  },
};
