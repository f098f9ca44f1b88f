import { createVerifier, type Verifier } from "@cognito-to-descope/session";

const {
  COGNITO_USER_POOL_ID: userPoolId = "",
  COGNITO_CLIENT_ID: clientId = "",
  COGNITO_JWKS_URI: jwksUri,
  DESCOPE_PROJECT_ID: projectId = "",
  DESCOPE_BASE_URL: baseUrl,
} = process.env;

/** Accepts access tokens of one app client, and sessions of one project. The last two variables are for the sandbox. */
export const verifier: Verifier = createVerifier({
  cognito: [
    {
      userPoolId,
      clientId,
      tokenUse: "access",
      roles: "group-names",
      ...(jwksUri === undefined ? {} : { jwksUri }),
    },
  ],
  descope: [{ projectId, audience: null, ...(baseUrl === undefined ? {} : { baseUrl }) }],
  mode: "dual",
  subject: { use: "cognito", unmapped: "keep" },
});
