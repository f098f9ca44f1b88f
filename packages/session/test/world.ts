import { Buffer } from "node:buffer";
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  SignUpCommand,
  AdminConfirmSignUpCommand,
  AdminAddUserToGroupCommand,
  CreateGroupCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { type Sandbox, type SandboxOptions, startSandbox } from "@cognito-to-descope/sandbox";
import type { VerifierOptions } from "@cognito-to-descope/session";
import descopeSdk from "@descope/node-sdk";

/** Tokens of one Cognito sign-in. */
export interface CognitoTokens {
  readonly idToken: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A sandbox with users on either side. */
export interface World extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly options: VerifierOptions;
  readonly cognito: CognitoIdentityProviderClient;
  readonly descope: ReturnType<typeof descopeSdk>;
  /** Signs up, puts into groups and signs in. */
  signUp(email: string, groups?: readonly string[]): Promise<CognitoTokens>;
  /** Creates the user in the project and signs in by the management API. */
  signIn(
    user: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly sessionJwt: string; readonly refreshJwt: string }>;
}

/** Starts both services; the verifier's options are those of the sandbox's pool and project. */
export async function startWorld(options: SandboxOptions = {}): Promise<World> {
  const sandbox = await startSandbox({ users: 1, profile: "plain", groups: 1, ...options });
  const cognito = new CognitoIdentityProviderClient({
    region: sandbox.region,
    endpoint: sandbox.cognito,
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
  });
  const descope = descopeSdk({
    projectId: sandbox.projectId,
    managementKey: sandbox.managementKey,
    baseUrl: sandbox.descope,
  });
  const password = "Passw0rd!Passw0rd";
  return {
    sandbox,
    cognito,
    descope,
    options: {
      cognito: [
        {
          userPoolId: sandbox.userPoolId,
          clientId: sandbox.clientId,
          tokenUse: null,
          roles: "group-names",
          jwksUri: `${sandbox.cognito}/${sandbox.userPoolId}/.well-known/jwks.json`,
        },
      ],
      descope: [{ projectId: sandbox.projectId, audience: null, baseUrl: sandbox.descope }],
      mode: "dual",
      subject: { use: "cognito", unmapped: "keep" },
    },
    signUp: async (email, groups = []) => {
      const { clientId: ClientId, userPoolId: UserPoolId } = sandbox;
      const UserAttributes = [{ Name: "email", Value: email }];
      const { UserSub: Username } = await cognito.send(
        new SignUpCommand({ ClientId, Username: email, Password: password, UserAttributes }),
      );
      await cognito.send(new AdminConfirmSignUpCommand({ UserPoolId, Username }));
      for (const GroupName of groups) {
        await cognito.send(new CreateGroupCommand({ UserPoolId, GroupName })).catch(() => undefined);
        await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, GroupName, Username }));
      }
      const { AuthenticationResult: tokens } = await cognito.send(
        new InitiateAuthCommand({
          ClientId,
          AuthFlow: "USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: email, PASSWORD: password },
        }),
      );
      return {
        idToken: tokens?.IdToken ?? "",
        accessToken: tokens?.AccessToken ?? "",
        refreshToken: tokens?.RefreshToken ?? "",
      };
    },
    signIn: async (user) => {
      sandbox.descopeService.addUser(user);
      const answer = await descope.management.jwt.signIn(String(user["loginId"]));
      if (answer.data === undefined) throw new Error(answer.error?.errorDescription);
      return { sessionJwt: answer.data.sessionJwt, refreshJwt: answer.data.refreshJwt ?? "" };
    },
    [Symbol.asyncDispose]: async () => {
      cognito.destroy();
      await sandbox.stop();
    },
  };
}

/** Claims of a token, without looking at its signature. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
}
