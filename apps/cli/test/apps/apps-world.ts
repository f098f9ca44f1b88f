/** A pool with one app client of each kind, beside what is set up for OIDC. */

import {
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import { type OidcWorld, type OidcWorldOptions, openOidcWorld } from "../oidc/oidc-world.ts";

export const CALLBACK = "https://partner.example/callback";
const API: string = "https://api.example.com";
export const READ_ORDERS: string = `${API}/orders.read`;

/** IDs and secrets of the app clients. */
export interface AppsWorld extends OidcWorld {
  readonly partner: Client;
  readonly machine: Client;
  readonly spa: Client;
  readonly form: Client;
  /** Every application of the project. */
  inbound(): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

interface Client {
  readonly clientId: string;
  readonly secret: string;
}

export async function openAppsWorld(options: OidcWorldOptions = {}): Promise<AppsWorld> {
  const world = await openOidcWorld(options);
  const { aws, userPoolId } = world;
  await aws.send(
    new CreateResourceServerCommand({
      UserPoolId: userPoolId,
      Identifier: API,
      Name: "orders",
      Scopes: [{ ScopeName: "orders.read", ScopeDescription: "Read orders" }],
    }),
  );
  const add = async (ClientName: string, input: Partial<CreateUserPoolClientCommandInput>): Promise<Client> => {
    const { UserPoolClient } = await aws.send(
      new CreateUserPoolClientCommand({ UserPoolId: userPoolId, ClientName, ...input }),
    );
    return { clientId: UserPoolClient?.ClientId ?? "", secret: UserPoolClient?.ClientSecret ?? "" };
  };
  const oauth = { AllowedOAuthFlowsUserPoolClient: true, CallbackURLs: [CALLBACK] };
  return {
    ...world,
    partner: await add("Partner_portal", {
      ...oauth,
      GenerateSecret: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "email", "profile", READ_ORDERS, "aws.cognito.signin.user.admin"],
    }),
    machine: await add("nightly export", {
      AllowedOAuthFlowsUserPoolClient: true,
      GenerateSecret: true,
      AllowedOAuthFlows: ["client_credentials"],
      AllowedOAuthScopes: [READ_ORDERS],
    }),
    spa: await add("web", { ...oauth, AllowedOAuthFlows: ["implicit"], AllowedOAuthScopes: ["openid"] }),
    form: await add("mobile", { ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] }),
    inbound: async () =>
      (await world.manage("GET", "/v1/mgmt/thirdparty/apps/load?limit=100"))["apps"] as readonly Record<
        string,
        unknown
      >[],
  };
}

/** Requests that changed something in the project. */
export function projectWrites({ sandbox }: AppsWorld): readonly string[] {
  return sandbox.requests
    .counts({ write: true })
    .map(({ operation }) => operation)
    .filter((operation) => operation.includes("/mgmt/"));
}
