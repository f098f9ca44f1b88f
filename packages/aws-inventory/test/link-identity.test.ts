import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CognitoIdentityClient } from "@aws-sdk/client-cognito-identity";
import { INTEGRATION_TARGETS, makeIntegration } from "@cognito-to-descope/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startAccount } from "./account.ts";

type LinkIdentity = (cognito: string, descope: string, client: CognitoIdentityClient) => Promise<string>;

const COGNITO = "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123";
const DESCOPE = "api.descope.com/P2abc";
// Inside the package, so that the SDK is found as in a project of its own.
const directory = mkdtempSync(join(import.meta.dirname, ".link-"));
afterAll(() => rmSync(directory, { recursive: true }));

let linkIdentity: LinkIdentity;
beforeAll(async () => {
  const target = INTEGRATION_TARGETS.find(({ name }) => name === "identity-pool");
  if (target === undefined) throw new Error("there is no such target");
  const { files } = makeIntegration(target, {
    region: "eu-west-1",
    projectId: "P2abc",
    issuer: `https://${DESCOPE}`,
    audiences: ["P2abc"],
    userPools: [{ userPoolId: "eu-west-1_AbCdEf123", region: "eu-west-1", clientIds: ["c1"] }],
    identityPoolId: "eu-west-1:01234567-89ab-cdef-0123-456789abcdef",
    identityPoolName: "app",
    guests: "deny",
  });
  const path = join(directory, "link-identity.ts");
  writeFileSync(path, files.find(({ name }) => name === "link-identity.ts")?.text ?? "");
  ({ linkIdentity } = (await import(pathToFileURL(path).href)) as { linkIdentity: LinkIdentity });
});

/** An identity pool with the documented behaviour of several logins: those that come together belong together. */
function identityPool({
  links,
}: {
  readonly links: boolean;
}): (request: { readonly operation: string; readonly input: Readonly<Record<string, unknown>> }) => object {
  const identities = new Map<string, string>([[COGNITO, "eu-west-1:first"]]);
  return ({ operation, input }) => {
    const logins = Object.keys(input["Logins"] as object);
    if (operation === "GetId") {
      const known = logins.map((login) => identities.get(login)).find((identity) => identity !== undefined);
      return { IdentityId: known ?? "eu-west-1:new" };
    }
    const IdentityId = input["IdentityId"] as string;
    if (links) for (const login of logins) identities.set(login, IdentityId);
    return { IdentityId, Credentials: { AccessKeyId: "a", SecretKey: "b", SessionToken: "c", Expiration: 1 } };
  };
}

const clientOf = (endpoint: string): CognitoIdentityClient =>
  new CognitoIdentityClient({ region: "eu-west-1", endpoint, credentials: { accessKeyId: "a", secretAccessKey: "b" } });

test("the emitted step keeps the identity that the Cognito login has, and proves it", async () => {
  const asked: unknown[] = [];
  const pool = identityPool({ links: true });
  await using account = await startAccount((request) => {
    asked.push([request.operation, Object.keys(request.input["Logins"] as unknown as object)]);
    return pool(request);
  });
  expect(await linkIdentity("cognito-token", "descope-token", clientOf(account.url))).toBe("eu-west-1:first");
  expect(asked).toEqual([
    ["GetId", [COGNITO]],
    ["GetCredentialsForIdentity", [COGNITO, DESCOPE]],
    ["GetId", [DESCOPE]],
  ]);
});

test("the emitted step says so when the logins were not linked", async () => {
  await using account = await startAccount(identityPool({ links: false }));
  await expect(linkIdentity("cognito-token", "descope-token", clientOf(account.url))).rejects.toThrow("not linked");
});
