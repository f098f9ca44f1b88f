import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";

import { modelOperations, modelShapes } from "../../src/cognito/aws-model.ts";
import { operations as implemented } from "../../src/cognito/operations.ts";
import { createCognitoService, generatePool } from "../../src/index.ts";
import type { CognitoService, WireReply, WireRequest } from "../../src/index.ts";
import { brokenBody, mostly, oddJson, oddText, oddTexts } from "./odd-values.ts";

const signature =
  "AWS4-HMAC-SHA256 Credential=AKIASANDBOX/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00";

/** Values that mean something to the pool, by the name of the member. */
type Known = ReadonlyMap<string, readonly string[]>;

interface World {
  readonly service: CognitoService;
  readonly known: Known;
}

async function openWorld(signIn: boolean): Promise<World> {
  const service = createCognitoService({ now: () => Date.UTC(2026, 5, 1) });
  const generated = generatePool(service, { users: 24, groups: 3 });
  const { userPoolId, pool } = generated;
  const users = Array.from({ length: 24 }, (_, i) => pool.users.at(i)).filter((user) => user !== undefined);
  const clients = [...pool.clients.keys()];
  const someone = users.findLast((user) => user.status === "CONFIRMED" && user.enabled && !user.signIn?.mfaEnabled);
  const signedIn = await call(service, signIn ? "InitiateAuth" : "none", {
    AuthFlow: "USER_PASSWORD_AUTH",
    ClientId: clients[0],
    AuthParameters: { USERNAME: someone?.username, PASSWORD: generated.passwordOf(someone?.sub ?? "") },
  });
  const tokens = (JSON.parse(String(signedIn.body)) as { AuthenticationResult?: Record<string, string> })
    .AuthenticationResult;
  const parameters = [
    someone?.username ?? "",
    users[0]?.username ?? "",
    generated.passwordOf(someone?.sub ?? ""),
    tokens?.["RefreshToken"] ?? "none",
    "ab01",
  ];
  const known = new Map<string, readonly string[]>([
    ["UserPoolId", [userPoolId]],
    ["ClientId", clients],
    // Without the one who is signed in: others are signed out by what befalls them.
    ["Username", users.filter((user) => user !== someone).map((user) => user.username)],
    ["GroupName", [...pool.groups.keys()]],
    ["ProviderName", [...pool.providers.keys()]],
    ["Domain", [...service.state.domains.keys()]],
    ["Identifier", [...pool.resourceServers.keys()]],
    ["ResourceArn", [pool.arn]],
    ["AccessToken", [tokens?.["AccessToken"] ?? "none"]],
    ["RefreshToken", [tokens?.["RefreshToken"] ?? "none"]],
    ["Token", [tokens?.["RefreshToken"] ?? "none"]],
    ["Filter", ['email ^= "a"', 'username = "x"', 'cognito:user_status = "CONFIRMED"', 'email = "', "email", '"']],
    ["Name", pool.schema.map(({ Name }) => Name)],
    ["AuthParameters", parameters],
    ["ChallengeResponses", parameters],
    ["Password", ["Str0ng!password"]],
    ["PreviousPassword", [generated.passwordOf(someone?.sub ?? "")]],
  ]);
  return { service, known };
}

function requestOf(operation: string, body: Buffer, headers: Readonly<Record<string, string>> = {}): WireRequest {
  return {
    method: "POST",
    path: "/",
    query: new URLSearchParams(),
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
      authorization: signature,
      ...headers,
    },
    body,
    remoteAddress: "127.0.0.1",
  };
}

async function call(service: CognitoService, operation: string, input: unknown): Promise<WireReply> {
  return service.answer(requestOf(operation, Buffer.from(JSON.stringify(input) ?? "")));
}

/** Texts, some of which fit any pattern of the model. */
const fitting: readonly string[] = [
  "a",
  "a1",
  "1",
  "123456",
  "en",
  "us-east-1",
  "US-EAST-1",
  "Str0ng!pass1",
  "name",
  "code",
  "openid",
  "COGNITO",
  "https://a.example/x",
  "arn:aws:iam::123456789012:role/x",
  "x".repeat(24),
  "x".repeat(60),
  "a@example.com",
  "email",
  "phone_number",
  "custom:plan",
  "{####}",
  "+15551234567",
  "us-east-1_abc",
  "a.b.c",
  "us-east-1_a-b",
];

/** An input as the model has it. With `strict` it passes the model's checks; else odd values stand here and there. */
function inputOf(
  shapeName: string,
  member: string,
  at: { known: Known; strict: boolean; depth: number },
): fc.Arbitrary<unknown> {
  const shape = modelShapes[shapeName];
  if (shape === undefined || at.depth > 6) return fc.constant({});
  const usually = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => (at.strict ? right : mostly(right));
  const below = { ...at, depth: at.depth + 1 };
  const size = { minLength: shape.min ?? 0, maxLength: Math.max(shape.min ?? 0, Math.min(shape.max ?? 3, 3)) };
  switch (shape.type) {
    case "structure": {
      const members = Object.entries(shape.members ?? {}).map(
        ([name, of]) => [name, inputOf(of, name, below)] as const,
      );
      const record = fc.record(Object.fromEntries(members), {
        requiredKeys: (shape.required ?? []).filter((name) => shape.members?.[name] !== undefined) as [],
      });
      return at.depth === 0 ? record : usually(record);
    }
    case "list":
      return usually(fc.array(inputOf(shape.member ?? "", member, below), size));
    case "map":
      return usually(
        fc.dictionary(at.strict ? mapKeys : fc.oneof(mapKeys, oddText), inputOf(shape.value ?? "", member, below), {
          minKeys: size.minLength,
          maxKeys: Math.min(shape.max ?? 6, 6),
          noNullPrototype: false,
        }),
      );
    case "string": {
      if (shape.enum !== undefined) return usually(fc.constantFrom(...shape.enum));
      const fits = fitting.filter((text) => matches(text, shape));
      const others = [...fits, ...oddTexts.filter((text) => matches(text, shape)), ...(fits.length === 0 ? ["x"] : [])];
      const known = at.known.get(member);
      if (known === undefined) return usually(fc.constantFrom(...others));
      return usually(fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...known) }, fc.constantFrom(...others)));
    }
    case "integer":
    case "long": {
      const [min, max] = [shape.min ?? 0, shape.max ?? 3650];
      return usually(fc.constantFrom(min, max, Math.min(max, min + 1), Math.min(max, min + 59)));
    }
    case "boolean":
      return usually(fc.boolean());
    default:
      return usually(fc.constantFrom(0, 1, 1.5));
  }
}

function matches(
  text: string,
  { pattern, min = 0, max = Infinity }: { pattern?: string; min?: number; max?: number },
): boolean {
  if (text.length < min || text.length > max) return false;
  return pattern === undefined || new RegExp(`^(?:${pattern.replace("(?s)", "")})$`, "us").test(text);
}

const mapKeys = fc.constantFrom(
  "USERNAME",
  "PASSWORD",
  "SRP_A",
  "SECRET_HASH",
  "REFRESH_TOKEN",
  "DEVICE_KEY",
  "ANSWER",
  "NEW_PASSWORD",
  "email",
  "CHALLENGE_NAME",
  "SOFTWARE_TOKEN_MFA_CODE",
  "PASSWORD_CLAIM_SIGNATURE",
  "client_id",
  "MetadataURL",
  "TIMESTAMP",
  "MetadataFile",
  "oidc_issuer",
  "PREFERRED_CHALLENGE",
);

/** The state without what failed sign-ins leave behind. */
function stateOf(service: CognitoService): string {
  return [...service.save()].join("\n").replaceAll(/,"signIn":.*$/gm, "");
}

function expectOwnForm(reply: WireReply): void {
  const body = String(reply.body);
  if (reply.status === 200) {
    if (body !== "") JSON.parse(body);
    return;
  }
  expect([400, 413]).toContain(reply.status);
  const error = JSON.parse(body) as Record<string, unknown>;
  expect(error["__type"]).toMatch(/^[A-Z]\w+Exception$/);
  expect(error["message"]).toBeTypeOf("string");
}

const operations = Object.keys(modelOperations);
const world = await openWorld(true);

test.each(operations)("%s answers odd inputs in AWS's form, and a refusal changes nothing", async (operation) => {
  const { input } = modelOperations[operation] ?? {};
  const of = (strict: boolean): fc.Arbitrary<unknown> =>
    input === undefined ? oddJson : inputOf(input, "", { known: world.known, strict, depth: 0 });
  const deletes = operation.startsWith("Delete") || operation.startsWith("AdminDelete");
  const values = fc.oneof(
    { weight: 6, arbitrary: of(true) },
    { weight: 4, arbitrary: of(false) },
    { weight: 1, arbitrary: oddJson },
  );
  let before = stateOf(world.service);
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      // Other operations need what this one would delete.
      const { service } = deletes ? await openWorld(operation === "DeleteUser") : world;
      if (deletes) before = stateOf(service);
      const reply = await call(service, operation, value);
      expectOwnForm(reply);
      const [earlier, after] = [before, stateOf(service)];
      before = after;
      expect(reply.status === 200 || after === earlier).toBe(true);
    }),
    { numRuns: !(operation in implemented) || operation === "DeleteUser" ? 4 : deletes ? 6 : 20 },
  );
});

test.each(operations)("%s refuses what is no JSON", async (operation) => {
  await fc.assert(
    fc.asyncProperty(brokenBody('{"UserPoolId":"us-east-1_x","Username":"x"}'), async (body) => {
      expectOwnForm(await world.service.answer(requestOf(operation, body)));
    }),
    { numRuns: 4 },
  );
});

test.prop([fc.oneof(oddText, fc.constantFrom(...operations)), oddText, oddText, oddText, oddText, fc.boolean()])(
  "odd operations, methods, paths and credentials are answers",
  async (operation, method, path, authorization, value, signed) => {
    const given = requestOf(operation, Buffer.from("{}"), signed ? {} : { authorization });
    const request = {
      ...given,
      method: signed ? "POST" : method,
      path: signed ? "/" : `/${path}`,
      query: new URLSearchParams([
        [value, value],
        ["client_id", value],
        ["redirect_uri", value],
        ["response_type", value],
      ]),
    };
    const reply = await world.service.answer(request);
    expect(reply.status).toBeLessThan(500);
  },
);

test("a refused identifier leaves the other settings of an identity provider as they were", async () => {
  const { service, known } = await openWorld(false);
  const [UserPoolId] = known.get("UserPoolId") ?? [];
  const taken = ["corp.example.com"];
  const before = stateOf(service);
  const reply = await call(service, "UpdateIdentityProvider", {
    UserPoolId,
    ProviderName: "Google",
    ProviderDetails: { client_id: "x", client_secret: "y", authorize_scopes: "openid" },
    IdpIdentifiers: taken,
  });
  expect(String(reply.body)).toContain("DuplicateProviderException");
  expect(stateOf(service)).toBe(before);
});
