import DescopeClient from "@descope/node-sdk";
import type { FlowDocument, GeneratedFlow } from "@cognito-to-descope/core";
import { type DescopeVariants, type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { caller } from "../../../../packages/sandbox/test/cognito/raw-call.ts";

/** Everything that breaks careless templates, and what people really type. */
export const PASSWORDS: readonly string[] = [
  "Plain-Passw0rd",
  'Quote"And\\Slash-1',
  '","password":"x-A1',
  "Grün-zölf-Ωmega-1🔑",
  "{{form.email}}-A1",
  "tab\tand\nline-A1",
];

type Sdk = ReturnType<typeof DescopeClient>;

/** Where flows are run: both services, with the attribute that an import defines. */
export interface FlowWorld extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly sdk: Sdk;
  readonly cognito: ReturnType<typeof caller>;
  readonly userPoolId: string;
  readonly clientId: string;
  /** Calls the management API; throws unless it answers 200. */
  manage(path: string, body: object): Promise<Record<string, unknown>>;
  /** Imports a flow as it was generated. */
  take(flow: GeneratedFlow | FlowDocument): Promise<void>;
  /** Makes a confirmed user of the pool. */
  addUser(username: string, password: string, attributes?: Readonly<Record<string, string>>): Promise<string>;
  /** Requests that reached Cognito so far. */
  askedCognito(): number;
}

/** Opens a world with an empty pool that takes e-mail addresses as usernames. */
export async function openFlowWorld(variants: Partial<DescopeVariants> = {}): Promise<FlowWorld> {
  const sandbox = await startSandbox({
    profile: "empty",
    variants,
    cognito: { issuer: "sandbox" },
    descope: {
      customAttributes: [
        { name: "freshlyMigrated", type: 3 },
        { name: "cognitoSub", type: 1 },
      ],
    },
  });
  const cognito = caller(sandbox);
  const { UserPool } = (await cognito("CreateUserPool", {
    PoolName: "p",
    UsernameAttributes: ["email"],
    UsernameConfiguration: { CaseSensitive: false },
  })) as { UserPool: { Id: string } };
  const userPoolId = UserPool.Id;
  const { UserPoolClient } = (await cognito("CreateUserPoolClient", {
    UserPoolId: userPoolId,
    ClientName: "jit",
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    PreventUserExistenceErrors: "ENABLED",
  })) as { UserPoolClient: { ClientId: string } };
  const { projectId, managementKey } = sandbox;
  const manage: FlowWorld["manage"] = async (path, body) => {
    const response = await fetch(sandbox.descope + path, {
      method: "POST",
      headers: { authorization: `Bearer ${projectId}:${managementKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
  };
  return {
    sandbox,
    sdk: DescopeClient({ projectId, managementKey, baseUrl: sandbox.descope }),
    cognito,
    userPoolId,
    clientId: UserPoolClient.ClientId,
    manage,
    async take(flow) {
      await manage("/v2/mgmt/flow/import", { flow: "document" in flow ? flow.document : flow });
    },
    async addUser(username, password, attributes = {}) {
      await cognito("AdminCreateUser", {
        UserPoolId: userPoolId,
        Username: username,
        MessageAction: "SUPPRESS",
        UserAttributes: Object.entries({ email: username, email_verified: "true", ...attributes }).map(
          ([Name, Value]) => ({ Name, Value }),
        ),
      });
      await cognito("AdminSetUserPassword", {
        UserPoolId: userPoolId,
        Username: username,
        Password: password,
        Permanent: true,
      });
      const { UserAttributes } = (await cognito("AdminGetUser", { UserPoolId: userPoolId, Username: username })) as {
        UserAttributes: readonly { Name: string; Value: string }[];
      };
      return UserAttributes.find(({ Name }) => Name === "sub")?.Value ?? "";
    },
    askedCognito: () => sandbox.requests.entries({ service: "cognito" }).length,
    [Symbol.asyncDispose]: () => sandbox.stop(),
  };
}
