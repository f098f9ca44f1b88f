import { generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { NewProjectUser } from "@cognito-to-descope/core";
import { createProjectTarget } from "../src/project-target.ts";
import { json, optionsFor, refusal, startScriptedProject } from "./scripted-project.ts";
import type { Script } from "./scripted-project.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

function tokenOf(claims: Readonly<Record<string, unknown>>, key: KeyObject = privateKey): string {
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const signed = `${encode({ alg: "RS256", kid: "k1", typ: "JWT" })}.${encode({ iat: now, exp: now + 600, ...claims })}`;
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url")}`;
}

const good = { iss: "P2scripted", sub: "U2a", dct: "acme" };

/** Serves the keys, and answers sign-ins as told. */
function answering(signIn: Script): Script {
  return (request, body) => {
    if (request.path.startsWith("/v2/keys/")) {
      return json({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "k1", alg: "RS256", use: "sig" }] });
    }
    return request.path === "/v1/mgmt/auth/signin" ? signIn(request, body) : undefined;
  };
}

describe("signing a user in", () => {
  it.each(["P2scripted", "https://api.descope.com/P2scripted", "https://api.descope.com/v1/apps/P2scripted"])(
    "gives the verified claims with the issuer %s as it is",
    async (iss) => {
      await using project = await startScriptedProject(
        answering(() => json({ sessionJwt: tokenOf({ ...good, iss }) })),
      );
      const signedIn = await createProjectTarget(optionsFor(project.url).options).signIn("a");
      expect(signedIn).toMatchObject({ userId: "U2a", claims: { ...good, iss } });
    },
  );

  it("asks for the keys once for many tokens", async () => {
    await using project = await startScriptedProject(answering(() => json({ sessionJwt: tokenOf(good) })));
    const target = createProjectTarget(optionsFor(project.url).options);
    for (let round = 0; round < 5; round += 1) await target.signIn("a");
    expect(project.log.count({ operation: "GET /v2/keys/*" })).toBe(1);
  });

  it.each([
    ["is of another project", tokenOf({ ...good, iss: "P2other" })],
    ["is signed by somebody else", tokenOf(good, stranger)],
    ["is over", tokenOf({ ...good, exp: 1000 })],
    ["is no token", "abc"],
    ["is missing", ""],
  ])("fails with ERR_TARGET_TOKEN_INVALID when the token %s", async (_name, sessionJwt) => {
    await using project = await startScriptedProject(answering(() => json({ sessionJwt })));
    const signedIn = createProjectTarget(optionsFor(project.url).options).signIn("a");
    await expect(signedIn).rejects.toMatchObject({ code: "ERR_TARGET_TOKEN_INVALID" });
  });

  it("tells a user who may not from a key that does not fit", async () => {
    let key = true;
    await using project = await startScriptedProject((request) => {
      if (request.path === "/v1/mgmt/auth/signin") return refusal(401, "E062108");
      if (request.path === "/v1/mgmt/user") return key ? refusal(404, "E112102") : refusal(401, "E061004");
      return undefined;
    });
    const target = createProjectTarget(optionsFor(project.url).options);
    await expect(target.signIn("a")).rejects.toMatchObject({
      code: "ERR_TARGET_REFUSED",
      vendorCode: "E062108",
      status: 401,
    });
    key = false;
    await expect(target.signIn("a")).rejects.toMatchObject({ code: "ERR_TARGET_UNAUTHORIZED" });
  });

  it("takes the token from the cookie where the project puts it there", async () => {
    const user: NewProjectUser = {
      loginId: "test@example.com",
      additionalLoginIds: [],
      email: "test@example.com",
      verifiedEmail: true,
      verifiedPhone: false,
      status: "enabled",
      roleNames: [],
      userTenants: [],
      customAttributes: {},
    };
    const keys = answering(() => undefined);
    await using project = await startScriptedProject((request, body) => {
      if (request.path === "/v1/mgmt/user") return refusal(404, "E112102");
      if (request.path === "/v1/mgmt/tests/generate/otp") return json({ code: "123456", loginId: user.loginId });
      if (request.path !== "/v1/auth/otp/verify/email") return keys(request, body);
      return json({ sessionJwt: "" }, 200, { "set-cookie": `DS=${tokenOf(good)}; Path=/; HttpOnly` });
    });
    const { claims } = await createProjectTarget(optionsFor(project.url).options).signInTestUser(user, "otp");
    expect(claims).toMatchObject(good);
  });
});
