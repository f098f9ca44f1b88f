// Prints the line of `c2d sandbox` as the variables that the other commands read.
import { readFileSync } from "node:fs";

const sandbox = JSON.parse(readFileSync(process.argv[2], "utf8"));
const variables = {
  AWS_ACCESS_KEY_ID: "sandbox",
  AWS_SECRET_ACCESS_KEY: "sandbox",
  AWS_REGION: sandbox.region,
  AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: sandbox.cognito,
  COGNITO_USER_POOL_ID: sandbox.userPoolId,
  DESCOPE_BASE_URL: sandbox.descope,
  DESCOPE_MANAGEMENT_KEY: sandbox.managementKey,
  DESCOPE_PROJECT_ID: sandbox.projectId,
};
for (const [name, value] of Object.entries(variables)) console.log(`${name}=${value}`);
