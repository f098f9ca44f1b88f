import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createVerifier } from "@cognito-to-descope/session";
import { createLocalJWKSet, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { type Emulator, hasMoto, startCognitoLocal, startMoto } from "../../cognito/test/support/emulators.ts";
import { claimsOf } from "./world.ts";

interface SignedIn {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly idToken: string;
  readonly accessToken: string;
}

/** Makes a pool with a user in two groups, and signs the user in. */
async function signIn(endpoint: string): Promise<SignedIn> {
  const client = new CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "emulator", secretAccessKey: "emulator" },
  });
  try {
    const { UserPool } = await client.send(
      new CreateUserPoolCommand({ PoolName: "customers", UsernameAttributes: ["email"] }),
    );
    const UserPoolId = UserPool?.Id ?? "";
    const ExplicitAuthFlows = ["ALLOW_USER_PASSWORD_AUTH" as const];
    const { UserPoolClient } = await client.send(
      new CreateUserPoolClientCommand({ UserPoolId, ClientName: "app", ExplicitAuthFlows }),
    );
    const email = "ada@example.com";
    const UserAttributes = [{ Name: "email", Value: email }];
    const { User } = await client.send(
      new AdminCreateUserCommand({ UserPoolId, Username: email, UserAttributes, MessageAction: "SUPPRESS" }),
    );
    const Username = User?.Username ?? email;
    await client.send(
      new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: "Passw0rd!x", Permanent: true }),
    );
    for (const GroupName of ["writers", "readers"]) {
      await client.send(new CreateGroupCommand({ UserPoolId, GroupName }));
      await client.send(new AdminAddUserToGroupCommand({ UserPoolId, GroupName, Username }));
    }
    const ClientId = UserPoolClient?.ClientId ?? "";
    const { AuthenticationResult: tokens } = await client.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: email, PASSWORD: "Passw0rd!x" },
      }),
    );
    return {
      userPoolId: UserPoolId,
      clientId: ClientId,
      idToken: tokens?.IdToken ?? "",
      accessToken: tokens?.AccessToken ?? "",
    };
  } finally {
    client.destroy();
  }
}

describe.each([
  { name: "cognito-local", present: true, start: startCognitoLocal },
  { name: "moto", present: hasMoto(), start: startMoto },
])("tokens of $name", ({ present, start }: { readonly present: boolean; readonly start: () => Promise<Emulator> }) => {
  test.runIf(present)(
    "are accepted by jose and by this verifier, with the same claims",
    { timeout: 120_000 },
    async () => {
      await using emulator = await start();
      const { userPoolId, clientId, idToken, accessToken } = await signIn(emulator.url);
      const issuer = String(claimsOf(idToken)["iss"]);
      const jwksUri = `${emulator.url}/${userPoolId}/.well-known/jwks.json`;
      const verifier = createVerifier({
        cognito: [{ userPoolId, clientId, tokenUse: null, roles: "group-names", issuers: [issuer], jwksUri }],
        descope: [],
        mode: "cognito-only",
        subject: { use: "cognito", unmapped: "refuse" },
      });
      const keys = createLocalJWKSet((await (await fetch(jwksUri)).json()) as Parameters<typeof createLocalJWKSet>[0]);
      for (const token of [idToken, accessToken]) {
        const { payload } = await jwtVerify(token, keys, { issuer });
        const principal = await verifier.verify(token);
        expect(principal.claims).toEqual(payload);
        expect(principal).toMatchObject({ cognitoSub: payload.sub, roles: ["readers", "writers"], kind: "user" });
      }
    },
  );
});
