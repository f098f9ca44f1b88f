import { randomUUID } from "node:crypto";
import { type DpopRequest, type EdgeVerifier, type Reason, SessionError } from "@cognito-to-descope/session";
import { createVerifier as createEdgeVerifier } from "@cognito-to-descope/session/edge";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { createHolder, hash, ORDERS, proofOf } from "./dpop-holder.ts";
import { accessClaims, NOW, openVerifier, poolKey, projectKey, sessionClaims, verifierOptions } from "./issuer.ts";

const holder = createHolder("ES256");
const other = createHolder("ES256");
const token = projectKey.sign(sessionClaims({ cnf: { jkt: holder.jkt } }));
const request = (proof: string, change: Partial<DpopRequest> = {}): DpopRequest => ({
  proof,
  method: "GET",
  url: ORDERS,
  ...change,
});

let verifiers: readonly EdgeVerifier[];
beforeAll(async () => {
  const edge = createEdgeVerifier(verifierOptions());
  await edge.hydrate();
  verifiers = [await openVerifier(), edge];
});

/** What becomes of a request, on both platforms alike. */
async function reasonOf(bearer: string, dpop: DpopRequest | undefined): Promise<Reason | "accepted"> {
  const reasons: (Reason | "accepted")[] = [];
  for (const verifier of verifiers) {
    try {
      await verifier.verify(bearer, dpop === undefined ? {} : { dpop });
      reasons.push("accepted");
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      reasons.push(error.reason);
    }
  }
  expect(reasons[1]).toBe(reasons[0]);
  return reasons[0] ?? "accepted";
}

describe("a token that is bound to a key", () => {
  it.for(["ES256", "RS256"] as const)("is accepted with a proof by %s", async (algorithm) => {
    const own = createHolder(algorithm);
    const bound = projectKey.sign(sessionClaims({ cnf: { jkt: own.jkt } }));
    expect(await reasonOf(bound, request(proofOf(own, bound)))).toBe("accepted");
    expect(await reasonOf(bound, request(proofOf(own, bound), { url: `${ORDERS}?page=2#top`, method: "get" }))).toBe(
      "accepted",
    );
  });

  it("is accepted with a proof that jose makes", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const jwk = await exportJWK(publicKey);
    const bound = projectKey.sign(sessionClaims({ cnf: { jkt: await calculateJwkThumbprint(jwk) } }));
    const proof = await new SignJWT({ htm: "GET", htu: ORDERS, jti: randomUUID(), ath: hash(bound) })
      .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk })
      .setIssuedAt(NOW)
      .sign(privateKey);
    expect(await reasonOf(bound, request(proof))).toBe("accepted");
  });

  const otherToken = projectKey.sign(sessionClaims({ cnf: { jkt: other.jkt } }));
  const { d: _private, ...publicJwk } = holder.privateKey.export({ format: "jwk" });
  const refusals: readonly (readonly [string, DpopRequest | undefined, Reason])[] = [
    ["without a proof", undefined, "dpop-missing"],
    ["with a proof of another key", request(proofOf(other, token)), "dpop-mismatch"],
    ["with a proof for another token", request(proofOf(holder, otherToken)), "dpop-invalid"],
    ["with a proof for no token", request(proofOf(holder, token, { ath: undefined })), "dpop-invalid"],
    ["with a proof for another method", request(proofOf(holder, token, { htm: "POST" })), "dpop-invalid"],
    ["with a proof for another address", request(proofOf(holder, token, { htu: `${ORDERS}/1` })), "dpop-invalid"],
    ["with a proof for no address", request(proofOf(holder, token, { htu: "/orders" })), "dpop-invalid"],
    ["with an old proof", request(proofOf(holder, token, { iat: NOW - 66 })), "dpop-invalid"],
    ["with a proof of the future", request(proofOf(holder, token, { iat: NOW + 6 })), "dpop-invalid"],
    ["with a proof without a time", request(proofOf(holder, token, { iat: undefined })), "dpop-invalid"],
    ["with a proof without an ID", request(proofOf(holder, token, { jti: undefined })), "dpop-invalid"],
    ["with a proof without the nonce", request(proofOf(holder, token), { nonce: "n" }), "dpop-invalid"],
    ["with a proof of another type", request(proofOf(holder, token, {}, { typ: "JWT" })), "dpop-invalid"],
    ["with a proof by no algorithm", request(proofOf(holder, token, {}, { alg: "none" })), "dpop-invalid"],
    ["with a proof by a symmetric algorithm", request(proofOf(holder, token, {}, { alg: "HS256" })), "dpop-invalid"],
    [
      "with a proof by another algorithm than the key's",
      request(proofOf(holder, token, {}, { alg: "RS256" })),
      "dpop-invalid",
    ],
    ["with a proof without a key", request(proofOf(holder, token, {}, { jwk: undefined })), "dpop-invalid"],
    [
      "with a proof that holds the private key",
      request(proofOf(holder, token, {}, { jwk: holder.privateKey.export({ format: "jwk" }) })),
      "dpop-invalid",
    ],
    [
      "with a proof whose point is not on the curve",
      request(proofOf(holder, token, {}, { jwk: { ...publicJwk, y: publicJwk.x } })),
      "dpop-invalid",
    ],
    [
      "with a proof whose key ID the signature is not of",
      request(proofOf(other, token, {}, { jwk: holder.jwk })),
      "dpop-invalid",
    ],
    ["with a proof that is no token", request("proof"), "dpop-invalid"],
    ["with a proof that is very long", request(proofOf(holder, token, { x: "x".repeat(9000) })), "dpop-invalid"],
    ["with the token itself as a proof", request(token), "dpop-invalid"],
  ];
  it.for(refusals)("is refused %s", async ([, dpop, reason]) => {
    expect(await reasonOf(token, dpop)).toBe(reason);
  });

  it("is refused with a proof that was used", async () => {
    const used = request(proofOf(holder, token));
    expect(await reasonOf(token, used)).toBe("accepted");
    expect(await reasonOf(token, used)).toBe("dpop-replayed");
  });

  it("is refused while the store of proofs fails, or does not answer with a clear yes", async () => {
    const unclear = "OK" as unknown as boolean;
    for (const [add, reason] of [
      [() => Promise.reject(new Error("down")), "hook-failed"],
      [() => unclear, "dpop-replayed"],
    ] as const) {
      const verifier = await openVerifier({ dpopReplay: { add, remove: () => undefined } });
      await expect(verifier.verify(token, { dpop: request(proofOf(holder, token)) })).rejects.toMatchObject({ reason });
    }
  });

  it("is accepted from whoever holds it when the options say so", async () => {
    const verifier = await openVerifier({}, {}, { dpop: null });
    expect(verifier.verifySync(token).provider).toBe("descope");
  });
});

describe("a token that is not bound", () => {
  it("is refused with a proof: another token was expected there", async () => {
    const unbound = projectKey.sign(sessionClaims());
    expect(await reasonOf(unbound, request(proofOf(holder, unbound)))).toBe("dpop-unbound");
    const cognito = poolKey.sign(accessClaims());
    expect(await reasonOf(cognito, request(proofOf(holder, cognito)))).toBe("dpop-unbound");
  });

  it("is refused where every token must be bound", async () => {
    const verifier = await openVerifier({}, {}, { dpop: "required" });
    await expect(verifier.verify(projectKey.sign(sessionClaims()))).rejects.toMatchObject({ reason: "dpop-unbound" });
  });
});
