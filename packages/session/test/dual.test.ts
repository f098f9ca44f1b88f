import { createVerifier, identityOf } from "@cognito-to-descope/session";
import { createVerifier as createEdgeVerifier } from "@cognito-to-descope/session/edge";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimsOf, startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

describe.each([
  ["node", createVerifier],
  ["edge", createEdgeVerifier],
] as const)("the verifier for %s", (name, create) => {
  it("gives the user of a Cognito ID token, of its access token and of a Descope session", async () => {
    const email = `${name}@example.com`;
    const { idToken, accessToken } = await world.signUp(email, ["readers", "writers"]);
    const verifier = create(world.options);

    const id = await verifier.verify(idToken);
    expect(id).toMatchObject({
      provider: "cognito",
      tokenKind: "id",
      kind: "user",
      subject: claimsOf(idToken)["sub"],
      cognitoSub: claimsOf(idToken)["sub"],
      email,
      roles: ["readers", "writers"],
      clientId: world.sandbox.clientId,
      preferred: true,
    });
    const access = await verifier.verify(accessToken);
    expect(access).toMatchObject({ tokenKind: "access", scopes: ["aws.cognito.signin.user.admin"] });
    expect(identityOf(access)).toEqual(identityOf(id));

    const { sessionJwt } = await world.signIn({ loginId: email, email, verifiedEmail: true });
    const session = await verifier.verify(sessionJwt);
    expect(session).toMatchObject({ provider: "descope", tokenKind: "session", kind: "user" });
    expect(session.descopeUserId).toBe(claimsOf(sessionJwt)["sub"]);
    expect(verifier.statistics().accepted).toEqual({ cognito: 2, descope: 1 });
  });
});
