/** A pool with a domain and people in it, and an empty project: what OIDC between the two is set up in. */

import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  SetUserPoolMfaConfigCommand,
  type CreateUserPoolCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import { type Sandbox, type SandboxOptions, startSandbox } from "@cognito-to-descope/sandbox";
import { type CommandResult, environmentOf, temporaryFolder } from "../e2e/run-c2d.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { writeFastConfig } from "../commands/fast-world.ts";

export const PASSWORD = "Str0ng-enough!";

/** What the tests work with. */
export interface OidcWorld extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** Where the commands reach Descope. */
  readonly descope: string;
  readonly userPoolId: string;
  /** Where the commands run. */
  readonly folder: string;
  readonly aws: CognitoIdentityProviderClient;
  /** A live app client of the application, with a callback. */
  readonly liveClientId: string;
  readonly liveClientSecret: string;
  c2d(...commandArguments: readonly string[]): Promise<CommandResult>;
  /** The JSON document of a command. */
  json(...commandArguments: readonly string[]): Promise<CommandResult & { readonly document: Record<string, unknown> }>;
  /** Calls Descope's management API. */
  manage(method: string, path: string, body?: object): Promise<Record<string, unknown>>;
}

export interface OidcWorldOptions extends Pick<SandboxOptions, "variants"> {
  readonly pool?: Partial<CreateUserPoolCommandInput>;
  /** @defaultValue true */
  readonly domain?: boolean;
  /** What the operator may do in AWS, once the pool is there. */
  readonly deny?: readonly string[];
  /** Name of this machine by which Descope is reached, so that a browser takes it for another site. @defaultValue 127.0.0.1 */
  readonly descopeHost?: string;
  /** Where the live client's application is. */
  readonly application?: string;
}

/** Addresses are proved at sign-up and before each change. */
const PROVED: Partial<CreateUserPoolCommandInput> = {
  AutoVerifiedAttributes: ["email"],
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
};

export async function openOidcWorld(options: OidcWorldOptions = {}): Promise<OidcWorld> {
  const folder = temporaryFolder();
  const deny: string[] = [];
  const sandbox = await startSandbox({
    profile: "empty",
    cognito: { issuer: "sandbox", permissions: { deny } },
    ...(options.variants === undefined ? {} : { variants: options.variants }),
  });
  const aws = new CognitoIdentityProviderClient({
    region: sandbox.region,
    endpoint: sandbox.cognito,
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
  });
  const { UserPool } = await aws.send(
    new CreateUserPoolCommand({
      PoolName: "people",
      UsernameAttributes: ["email"],
      UsernameConfiguration: { CaseSensitive: false },
      Schema: [{ Name: "plan", AttributeDataType: "String", Mutable: true }],
      ...PROVED,
      ...options.pool,
    }),
  );
  const userPoolId = UserPool?.Id ?? "";
  if (options.domain !== false)
    await aws.send(new CreateUserPoolDomainCommand({ UserPoolId: userPoolId, Domain: "people" }));
  await aws.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId: userPoolId,
      MfaConfiguration: "OPTIONAL",
      SoftwareTokenMfaConfiguration: { Enabled: true },
    }),
  );
  const { UserPoolClient } = await aws.send(
    new CreateUserPoolClientCommand({
      UserPoolId: userPoolId,
      ClientName: "web",
      GenerateSecret: true,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "email"],
      CallbackURLs: [options.application ?? "https://app.example/callback"],
      SupportedIdentityProviders: ["COGNITO"],
      RefreshTokenValidity: 7,
    }),
  );
  deny.push(...(options.deny ?? []));
  writeFastConfig(folder.path);
  const descope = sandbox.descope.replace("127.0.0.1", options.descopeHost ?? "127.0.0.1");
  const env = environmentOf({ ...sandbox, descope, userPoolId });
  const c2d = (...commandArguments: readonly string[]): Promise<CommandResult> =>
    runInProcess(commandArguments, { cwd: folder.path, env });
  return {
    sandbox,
    descope,
    userPoolId,
    folder: folder.path,
    aws,
    liveClientId: UserPoolClient?.ClientId ?? "",
    liveClientSecret: UserPoolClient?.ClientSecret ?? "",
    c2d,
    async json(...commandArguments) {
      const result = await c2d(...commandArguments, "--json");
      const document = result.stdout === "" ? {} : (JSON.parse(result.stdout) as Record<string, unknown>);
      return { ...result, document };
    },
    async manage(method, path, body) {
      const answer = await fetch(descope + path, {
        method,
        headers: {
          authorization: `Bearer ${sandbox.projectId}:${sandbox.managementKey}`,
          "content-type": "application/json",
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return (await answer.json()) as Record<string, unknown>;
    },
    async [Symbol.asyncDispose]() {
      aws.destroy();
      await sandbox.stop();
      folder[Symbol.dispose]();
    },
  };
}

/** A confirmed user with a password. */
export async function addUser(
  { aws, userPoolId, sandbox }: OidcWorld,
  email: string,
  options: { readonly plan?: string; readonly group?: string; readonly totpSecret?: string } = {},
): Promise<string> {
  const { User } = await aws.send(
    new AdminCreateUserCommand({
      UserPoolId: userPoolId,
      Username: email,
      MessageAction: "SUPPRESS",
      UserAttributes: [
        { Name: "email", Value: email },
        { Name: "email_verified", Value: "true" },
        { Name: "name", Value: "Ada Lovelace" },
        ...(options.plan === undefined ? [] : [{ Name: "custom:plan", Value: options.plan }]),
      ],
    }),
  );
  const Username = User?.Username ?? "";
  await aws.send(
    new AdminSetUserPasswordCommand({ UserPoolId: userPoolId, Username, Password: PASSWORD, Permanent: true }),
  );
  if (options.group !== undefined) {
    await aws.send(new CreateGroupCommand({ UserPoolId: userPoolId, GroupName: options.group }));
    await aws.send(new AdminAddUserToGroupCommand({ UserPoolId: userPoolId, Username, GroupName: options.group }));
  }
  if (options.totpSecret !== undefined) {
    const user = sandbox.cognitoService.state.pools.get(userPoolId)?.users.byUsername(Username);
    if (user === undefined) throw new Error("no user");
    const mfa = "SOFTWARE_TOKEN_MFA";
    user.signIn = { ...user.signIn, totpSecret: options.totpSecret, mfaEnabled: [mfa], mfaPreferred: mfa };
  }
  return User?.Attributes?.find(({ Name }) => Name === "sub")?.Value ?? "";
}
