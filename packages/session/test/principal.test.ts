import { fc } from "@fast-check/vitest";
import {
  createVerifier,
  identityOf,
  type RoleMap,
  SessionError,
  type VerificationEvent,
  type VerifyOptions,
} from "@cognito-to-descope/session";
import { describe, expect, it } from "vitest";
import {
  accessClaims,
  type Claims,
  CLIENT,
  idClaims,
  NOW,
  openVerifier,
  POOL,
  poolKey,
  PROJECT,
  projectKey,
  sessionClaims,
  SUB,
  USER,
  verifierOptions,
} from "./issuer.ts";

const roleMap: RoleMap = {
  version: 1,
  userPoolId: POOL,
  groups: {
    admins: { role: "admin" },
    editors: { role: "editor" },
    acme: { tenant: "acme" },
    "acme-admins": { tenant: "acme", role: "admin" },
  },
  connections: { Okta: "north" },
  permissions: { admin: ["delete", "write"], editor: ["write"] },
};

async function reasonOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => "accepted",
    (error: unknown) => (error instanceof SessionError ? error.reason : String(error)),
  );
}

describe("the principal of a Cognito token", () => {
  it("has everything that an ID token tells", async () => {
    const verifier = await openVerifier({}, { roles: roleMap });
    const claims = idClaims({
      "cognito:groups": ["editors", "admins", "unknown"],
      name: "Ada",
      phone_number: "+15555550100",
      phone_number_verified: "true",
    });
    expect(await verifier.verify(poolKey.sign(claims))).toEqual({
      provider: "cognito",
      issuer: claims["iss"],
      subject: SUB,
      cognitoSub: SUB,
      kind: "user",
      tokenKind: "id",
      username: "ada",
      email: "ada@example.com",
      emailVerified: true,
      phone: "+15555550100",
      phoneVerified: true,
      name: "Ada",
      roles: ["admin", "editor"],
      permissions: ["delete", "write"],
      tenants: {},
      scopes: [],
      clientId: CLIENT,
      audience: [CLIENT],
      issuedAt: NOW - 10,
      expiresAt: NOW + 3600,
      authTime: NOW - 10,
      authMethods: [],
      tokenId: "9f8e7d6c-5b4a-4938-a726-150493827160",
      sessionId: "5a1f9d0e-2b3c-4d5e-8f60-718293a4b5c6",
      preferred: true,
      claims,
    });
  });

  it("holds all roles inside tenants when a group or a connection gives one, as the import writes it", async () => {
    const verifier = await openVerifier({}, { roles: roleMap });
    const principal = await verifier.verify(
      poolKey.sign(idClaims({ "cognito:groups": ["editors", "acme-admins"], identities: [{ providerName: "Okta" }] })),
    );
    expect(principal.roles).toEqual([]);
    expect(principal.tenants).toEqual({
      acme: { roles: ["admin", "editor"], permissions: ["delete", "write"] },
      north: { roles: ["editor"], permissions: ["write"] },
    });
    expect(principal.activeTenant).toBeUndefined();
  });

  it("takes connections from provider groups in access tokens, which have no identities", async () => {
    const verifier = await openVerifier({}, { roles: roleMap });
    const groups = { "cognito:groups": [`${POOL}_Okta`, "editors"] };
    const access = await verifier.verify(poolKey.sign(accessClaims(groups)));
    expect(access.tenants).toEqual({ north: { roles: ["editor"], permissions: ["write"] } });
    expect(access.activeTenant).toBe("north");
    const id = await verifier.verify(poolKey.sign(idClaims({ ...groups, identities: [{ providerName: "Okta" }] })));
    expect(identityOf(access)).toEqual(identityOf(id));
  });

  it("has groups as roles, or none, as the options say", async () => {
    const token = poolKey.sign(accessClaims({ "cognito:groups": ["b", "a", `${POOL}_Okta`, "b"] }));
    expect((await (await openVerifier()).verify(token)).roles).toEqual(["a", "b"]);
    expect((await (await openVerifier({}, { roles: null })).verify(token)).roles).toEqual([]);
  });

  it("is a machine when an app client acts for itself", async () => {
    const verifier = await openVerifier({ subject: { use: "descope", unmapped: "refuse" } });
    const claims = accessClaims({ sub: CLIENT, username: undefined, scope: "api/write api/read" });
    const principal = await verifier.verify(poolKey.sign(claims));
    expect(principal).toMatchObject({ kind: "machine", subject: CLIENT, scopes: ["api/read", "api/write"] });
    expect(principal.cognitoSub).toBeUndefined();
    expect(await reasonOf(verifier.verify(poolKey.sign(claims), { kind: "user" }))).toBe("machine");
  });

  it("never finds a group that the role map does not have itself", async () => {
    const verifier = await openVerifier({}, { roles: roleMap });
    const groups = ["constructor", "__proto__", "toString", "hasOwnProperty"];
    const principal = await verifier.verify(poolKey.sign(accessClaims({ "cognito:groups": groups })));
    expect(identityOf(principal)).toMatchObject({ roles: [], tenants: {} });
  });
});

describe("the principal of a Descope token", () => {
  it("has everything that a session tells", async () => {
    const verifier = await openVerifier();
    const claims = sessionClaims({
      tenants: { acme: { roles: ["b", "a"], permissions: ["p"] }, __proto__x: {} },
      dct: "acme",
      cognitoSub: SUB,
      email: "ada@example.com",
      email_verified: true,
      aud: ["x", PROJECT],
      azp: "app",
    });
    const principal = await verifier.verify(projectKey.sign(claims));
    expect(principal).toMatchObject({
      provider: "descope",
      subject: SUB,
      cognitoSub: SUB,
      descopeUserId: USER,
      kind: "user",
      tokenKind: "session",
      roles: ["readers", "writers"],
      permissions: ["read"],
      tenants: { acme: { roles: ["a", "b"], permissions: ["p"] }, __proto__x: { roles: [], permissions: [] } },
      activeTenant: "acme",
      authMethods: ["pwd"],
      audience: ["x", PROJECT],
      clientId: "app",
      email: "ada@example.com",
    });
  });

  it("does not believe what an application put under nsec", async () => {
    const verifier = await openVerifier();
    const nsec = { cognitoSub: "somebody-else", roles: ["admin"], email: "x@example.com" };
    const principal = await verifier.verify(projectKey.sign(sessionClaims({ nsec })));
    expect(principal.subject).toBe(USER);
    expect(principal.cognitoSub).toBeUndefined();
    expect(principal.email).toBeUndefined();
    expect(principal.roles).toEqual(["readers", "writers"]);
  });

  it("has the roles of the active tenant in that tenant when a template writes them at the top", async () => {
    const verifier = await openVerifier();
    const principal = await verifier.verify(projectKey.sign(sessionClaims({ dct: "acme" })));
    expect(principal.roles).toEqual([]);
    expect(principal.tenants).toEqual({ acme: { roles: ["readers", "writers"], permissions: ["read"] } });
  });

  it("keeps a tenant that is called like the prototype", async () => {
    const verifier = await openVerifier();
    const tenants = JSON.parse('{"__proto__":{"roles":["a"]}}') as Claims;
    const { tenants: held } = await verifier.verify(projectKey.sign(sessionClaims({ tenants })));
    expect(Object.entries(held)).toEqual([["__proto__", { roles: ["a"], permissions: [] }]]);
  });

  it("takes the user ID from dsub when a template sets sub", async () => {
    const token = projectKey.sign(sessionClaims({ sub: SUB, dsub: USER }));
    const told = await openVerifier({}, {}, { subjectIsCognitoSub: true });
    expect(await told.verify(token)).toMatchObject({ subject: SUB, cognitoSub: SUB, descopeUserId: USER });
    // What sub is then is the template's choice: it is not believed to be Cognito's unless the options say so.
    const untold = await openVerifier();
    expect(await untold.verify(token)).toMatchObject({ subject: USER, descopeUserId: USER });
    const unmoved = projectKey.sign(sessionClaims());
    expect((await told.verify(unmoved)).cognitoSub).toBeUndefined();
  });

  it("is a machine for an access key, where those are accepted", async () => {
    const verifier = await openVerifier({}, {}, { accessKeys: "accept" });
    const key = USER.replace("U", "K");
    const principal = await verifier.verify(projectKey.sign(sessionClaims({ sub: key })));
    expect(principal).toMatchObject({ kind: "machine", subject: key });
    expect(principal.descopeUserId).toBeUndefined();
  });
});

describe("the subject", () => {
  const session = projectKey.sign(sessionClaims());
  const access = poolKey.sign(accessClaims());
  const descopeUserIdOf = (sub: string): string | undefined => (sub === SUB ? USER : undefined);
  const cognitoSubOf = (userId: string): string | undefined => (userId === USER ? SUB : undefined);

  it("is the pool's sub, or the project's user ID, for tokens of both", async () => {
    const pool = await openVerifier({ subject: { use: "cognito", unmapped: "refuse", idMap: { cognitoSubOf } } });
    const project = await openVerifier({ subject: { use: "descope", unmapped: "refuse", idMap: { descopeUserIdOf } } });
    for (const token of [session, access]) {
      expect(pool.verifySync(token)).toMatchObject({ subject: SUB, cognitoSub: SUB });
      expect(project.verifySync(token)).toMatchObject({ subject: USER, descopeUserId: USER });
    }
  });

  it("comes from a map that answers later, with verify alone", async () => {
    const idMap = { cognitoSubOf: (userId: string) => Promise.resolve(cognitoSubOf(userId)) };
    const verifier = await openVerifier({ subject: { use: "cognito", unmapped: "refuse", idMap } });
    expect((await verifier.verify(session)).subject).toBe(SUB);
    expect(() => verifier.verifySync(session)).toThrow(expect.objectContaining({ reason: "hook-asynchronous" }));
  });

  it("that is not known refuses the token, unless the options keep the other one", async () => {
    for (const use of ["cognito", "descope"] as const) {
      const token = use === "cognito" ? session : access;
      for (const idMap of [{}, { cognitoSubOf: () => undefined, descopeUserIdOf: () => "" }]) {
        const strict = await openVerifier({ subject: { use, unmapped: "refuse", idMap } });
        expect(await reasonOf(strict.verify(token))).toBe("subject-unmapped");
        const lax = await openVerifier({ subject: { use, unmapped: "keep", idMap } });
        expect((await lax.verify(token)).subject).toBe(use === "cognito" ? USER : SUB);
      }
    }
  });

  it("is refused while the map fails", async () => {
    for (const lookUp of [
      () => Promise.reject(new Error("down")),
      () => {
        throw new Error("down");
      },
    ]) {
      const verifier = await openVerifier({
        subject: { use: "cognito", unmapped: "keep", idMap: { cognitoSubOf: lookUp } },
      });
      expect(await reasonOf(verifier.verify(session))).toBe("hook-failed");
    }
  });
});

describe("what a route asks for", () => {
  const session = projectKey.sign(
    sessionClaims({
      tenants: { acme: { roles: ["admin"], permissions: ["delete"] } },
      dct: "acme",
      scope: "read write",
    }),
  );
  const cases: readonly (readonly [VerifyOptions, string])[] = [
    [{ scopes: ["read"] }, "accepted"],
    [{ scopes: ["read", "delete"] }, "scope"],
    [{ roles: ["admin", "readers"] }, "accepted"],
    [{ roles: ["owner"] }, "role"],
    [{ permissions: ["delete", "read"] }, "accepted"],
    [{ permissions: ["pay"] }, "permission"],
    [{ tenant: "acme", roles: ["admin"] }, "accepted"],
    [{ tenant: "acme", roles: ["readers"] }, "role"],
    [{ tenant: "globex" }, "tenant"],
    [{ tenant: "constructor" }, "tenant"],
    [{ mode: "cognito-only" }, "mode"],
    [{ mode: "descope-only" }, "accepted"],
  ];
  it.for(cases)("%o: %s", async ([options, reason]) => {
    const verifier = await openVerifier();
    expect(await reasonOf(verifier.verify(session, options))).toBe(reason);
  });

  it("is a matter of 403 when the token is good, and of 401 when it is not", async () => {
    const verifier = await openVerifier({}, { groups: ["admins"], scopes: ["api/read"] });
    const groups = { "cognito:groups": ["admins"] };
    await expect(verifier.verify(poolKey.sign(accessClaims()))).rejects.toMatchObject({ status: 403, reason: "group" });
    await expect(verifier.verify(poolKey.sign(accessClaims(groups)))).rejects.toMatchObject({
      status: 403,
      reason: "scope",
    });
    await expect(verifier.verify(projectKey.sign(accessClaims(), { kid: "pool-key" }))).rejects.toMatchObject({
      status: 401,
    });
    const all = accessClaims({ ...groups, scope: "api/read x" });
    expect((await verifier.verify(poolKey.sign(all))).scopes).toEqual(["api/read", "x"]);
  });

  it("narrows which Cognito tokens are accepted", async () => {
    const verifier = await openVerifier();
    expect(await reasonOf(verifier.verify(poolKey.sign(idClaims()), { tokenUse: "id" }))).toBe("accepted");
    expect(await reasonOf(verifier.verify(poolKey.sign(idClaims()), { tokenUse: "access" }))).toBe("token-use");
  });
});

describe("modes", () => {
  const tokens = { cognito: poolKey.sign(accessClaims()), descope: projectKey.sign(sessionClaims()) };
  it.for([
    ["cognito-only", "accepted", "mode"],
    ["dual", "accepted", "accepted"],
    ["descope-preferred", "accepted", "accepted"],
    ["descope-only", "mode", "accepted"],
  ] as const)("%s: Cognito %s, Descope %s", async ([mode, cognito, descope]) => {
    const verifier = await openVerifier({ mode });
    expect(await reasonOf(verifier.verify(tokens.cognito))).toBe(cognito);
    expect(await reasonOf(verifier.verify(tokens.descope))).toBe(descope);
  });

  it("descope-preferred marks Cognito tokens as those to be exchanged", async () => {
    const verifier = await openVerifier({ mode: "descope-preferred" });
    expect((await verifier.verify(tokens.cognito)).preferred).toBe(false);
    expect((await verifier.verify(tokens.descope)).preferred).toBe(true);
  });

  it("end Cognito tokens at the cut-off: those of later at once, those of before when they expire or at the end", async () => {
    const at = (seconds: number): Date => new Date(seconds * 1000);
    const verifier = await openVerifier({ cutOff: { issuedBefore: at(NOW - 5) } });
    expect(await reasonOf(verifier.verify(tokens.cognito))).toBe("accepted");
    expect(await reasonOf(verifier.verify(poolKey.sign(accessClaims({ iat: NOW - 5 }))))).toBe("after-cut-off");
    const over = await openVerifier({ cutOff: { acceptedUntil: at(NOW) } });
    expect(await reasonOf(over.verify(tokens.cognito))).toBe("after-cut-off");
    expect(await reasonOf(over.verify(tokens.descope))).toBe("accepted");
  });
});

describe("a deny list", () => {
  const token = poolKey.sign(accessClaims());

  it("is asked about verified tokens only, by their IDs", async () => {
    const asked: unknown[] = [];
    const verifier = await openVerifier({ isDenied: (candidate) => asked.push(candidate) > 1 });
    expect(await reasonOf(verifier.verify(poolKey.sign(accessClaims({ exp: NOW - 60 }))))).toBe("expired");
    expect(await reasonOf(verifier.verify(token))).toBe("accepted");
    expect(await reasonOf(verifier.verify(token))).toBe("denied");
    expect(asked[0]).toEqual({
      provider: "cognito",
      issuer: accessClaims()["iss"],
      sub: SUB,
      tokenId: "9f8e7d6c-5b4a-4938-a726-150493827160",
      sessionId: "5a1f9d0e-2b3c-4d5e-8f60-718293a4b5c6",
      issuedAt: NOW - 10,
    });
  });

  it("that fails, or answers nothing, lets nobody in", async () => {
    const broken = [
      () => {
        throw new Error("down");
      },
      () => Promise.reject(new Error("down")),
      () => undefined as unknown as boolean,
    ];
    const reasons = await Promise.all(
      broken.map(async (isDenied) => reasonOf((await openVerifier({ isDenied })).verify(token))),
    );
    expect(reasons).toEqual(["hook-failed", "hook-failed", "denied"]);
  });
});

describe("metrics", () => {
  it("count by provider and reason, and tell when Cognito was seen last", async () => {
    let now = NOW * 1000;
    const events: VerificationEvent[] = [];
    const verifier = await openVerifier({
      now: () => now,
      onVerification: (event) => {
        events.push(event);
        throw new Error("a broken metric");
      },
    });
    await verifier.verify(poolKey.sign(accessClaims()));
    now += 5000;
    await verifier.verify(projectKey.sign(sessionClaims()));
    await reasonOf(verifier.verify(poolKey.sign(accessClaims({ client_id: "other" }))));
    await reasonOf(verifier.verify("x"));
    expect(verifier.statistics()).toEqual({
      accepted: { cognito: 1, descope: 1 },
      refused: { cognito: { client: 1 }, descope: {}, unknown: { "not-three-parts": 1 } },
      lastAccepted: { cognito: NOW * 1000, descope: NOW * 1000 + 5000 },
      lastAcceptedBySource: { [POOL]: NOW * 1000, [PROJECT]: NOW * 1000 + 5000 },
    });
    expect(
      events.map(({ outcome, provider, reason, source, tokenKind }) => [outcome, provider, reason, source, tokenKind]),
    ).toEqual([
      ["accepted", "cognito", undefined, POOL, "access"],
      ["accepted", "descope", undefined, PROJECT, "session"],
      ["refused", "cognito", "client", POOL, undefined],
      ["refused", undefined, "not-three-parts", undefined, undefined],
    ]);
  });
});

describe("options", () => {
  const wrong: readonly (readonly [string, () => unknown])[] = [
    ["no issuer", () => createVerifier(verifierOptions({ cognito: [], descope: [] }))],
    [
      "an issuer twice",
      () => createVerifier(verifierOptions({ cognito: [...verifierOptions().cognito, ...verifierOptions().cognito] })),
    ],
    ["a strange pool ID", () => createVerifier(verifierOptions({}, { userPoolId: "pool" }))],
    ["a strange project ID", () => createVerifier(verifierOptions({}, {}, { projectId: "X" }))],
    ["a forgotten client", () => createVerifier(verifierOptions({}, { clientId: undefined as unknown as null }))],
    ["no client", () => createVerifier(verifierOptions({}, { clientId: [] }))],
    ["a forgotten audience", () => createVerifier(verifierOptions({}, {}, { audience: undefined as unknown as null }))],
    ["a forgotten token use", () => createVerifier(verifierOptions({}, { tokenUse: undefined as unknown as null }))],
    [
      "a forgotten decision on roles",
      () => createVerifier(verifierOptions({}, { roles: undefined as unknown as null })),
    ],
    [
      "the role map of another pool",
      () => createVerifier(verifierOptions({}, { roles: { ...roleMap, userPoolId: "us-east-1_Other" } })),
    ],
    ["a mode that there is not", () => createVerifier(verifierOptions({ mode: "both" as "dual" }))],
    ["a symmetric algorithm", () => createVerifier(verifierOptions({ algorithms: ["HS256" as "RS256"] }))],
    ["keys over plain HTTP", () => createVerifier(verifierOptions({}, { jwksUri: "http://keys.example.com" }))],
    [
      "a base address with a password",
      () => createVerifier(verifierOptions({}, {}, { baseUrl: "https://a:b@example.com" })),
    ],
    ["a negative tolerance", () => createVerifier(verifierOptions({ toleranceSeconds: -1 }))],
    [
      "a cut-off that is no date",
      () => createVerifier(verifierOptions({ cutOff: { issuedBefore: new Date("never") } })),
    ],
    ["a cooldown of nothing", () => createVerifier(verifierOptions({ keys: { cooldownSeconds: 0 } }))],
    ["an application with a slash", () => createVerifier(verifierOptions({}, {}, { applications: ["a/b"] }))],
  ];
  it.for(wrong)("refuse %s", ([, create]) => {
    expect(create).toThrow(/^"|^the options|^two entries/);
  });
});

describe("times", () => {
  it("decide as they are written, with the tolerance", async () => {
    const verifier = await openVerifier({ toleranceSeconds: 5, maxAgeSeconds: 100 });
    const offset = fc.integer({ min: -200, max: 200 });
    await fc.assert(
      fc.asyncProperty(offset, offset, fc.option(offset, { nil: undefined }), async (exp, iat, nbf) => {
        const token = poolKey.sign(
          accessClaims({ exp: NOW + exp, iat: NOW + iat, nbf: nbf === undefined ? undefined : NOW + nbf }),
        );
        const isGood = exp + 5 > 0 && iat <= 5 && -iat <= 105 && (nbf ?? 0) <= 5;
        expect((await reasonOf(verifier.verify(token))) === "accepted").toBe(isGood);
      }),
      { numRuns: 150 },
    );
  });
});
