import type { IntegrationFile } from "../integration.ts";

/** What the file is made for. */
export interface LinkIdentity {
  readonly region: string;
  readonly identityPoolId: string;
  /** Name of the user pool's login. */
  readonly cognitoLogin: string;
  /** Name of Descope's login. */
  readonly descopeLogin: string;
}

/** A module that links both logins of one user to the identity that the user has. */
export function linkIdentityFile(options: LinkIdentity): IntegrationFile {
  const { region, identityPoolId, cognitoLogin, descopeLogin } = options;
  return {
    name: "link-identity.ts",
    text: `// Links a user's Descope login to the identity that the user has in the identity pool, so that the identity ID survives.
// Needs @aws-sdk/client-cognito-identity, and both tokens at once: the ID token of Cognito and the session token of Descope.
import {
  CognitoIdentityClient,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
} from "@aws-sdk/client-cognito-identity";

const IDENTITY_POOL_ID = ${JSON.stringify(identityPoolId)};
const COGNITO_LOGIN = ${JSON.stringify(cognitoLogin)};
const DESCOPE_LOGIN = ${JSON.stringify(descopeLogin)};

/** Links the logins and gives the identity ID, which is the one that the Cognito login has had. */
export async function linkIdentity(
  cognitoIdToken: string,
  descopeSessionToken: string,
  client: CognitoIdentityClient = new CognitoIdentityClient({ region: ${JSON.stringify(region)} }),
): Promise<string> {
  // The Cognito login alone names the identity: asked with both, the pool could begin a new one.
  const { IdentityId } = await client.send(
    new GetIdCommand({ IdentityPoolId: IDENTITY_POOL_ID, Logins: { [COGNITO_LOGIN]: cognitoIdToken } }),
  );
  if (IdentityId === undefined) throw new Error("the identity pool gave no identity");
  // Both logins for one identity: that links them.
  const linked = await client.send(
    new GetCredentialsForIdentityCommand({
      IdentityId,
      Logins: { [COGNITO_LOGIN]: cognitoIdToken, [DESCOPE_LOGIN]: descopeSessionToken },
    }),
  );
  if (linked.IdentityId !== IdentityId) throw new Error("the identity pool answered with another identity");
  // The proof: Descope's login alone leads to the same identity.
  const proof = await client.send(
    new GetIdCommand({ IdentityPoolId: IDENTITY_POOL_ID, Logins: { [DESCOPE_LOGIN]: descopeSessionToken } }),
  );
  if (proof.IdentityId !== IdentityId) throw new Error("the logins were not linked: the identities differ");
  return IdentityId;
}
`,
  };
}
