import { createSign, generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EMIT_FORMATS, INTEGRATION_TARGETS, TOKEN_TARGETS } from "@cognito-to-descope/core";
import descopeSdk from "@descope/node-sdk";
import { startSandbox } from "@cognito-to-descope/sandbox";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { startAccount } from "../../../../packages/aws-inventory/test/account.ts";
import { EMIT_FORMAT_NAMES, EMIT_TARGET_NAMES, TOKEN_TARGET_NAMES } from "../../src/aws/target-names.ts";
import { type CommandResult, temporaryFolder } from "../e2e/run-c2d.ts";
import { environmentFor } from "./fast-world.ts";
import { runInProcess } from "./run-in-process.ts";

const PROJECT = "P2abcdefghijklmnopqrstuvwxyz";
const ISSUER = `https://api.descope.com/${PROJECT}`;
const POOL = "eu-west-1_AbCdEf123";
const ENVIRONMENT = { DESCOPE_PROJECT_ID: PROJECT, COGNITO_USER_POOL_ID: POOL };

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function c2d(
  commandArguments: readonly string[],
  { env = ENVIRONMENT, stdin = "" }: { readonly env?: Readonly<Record<string, string>>; readonly stdin?: string } = {},
): Promise<CommandResult> {
  return runInProcess(commandArguments, { cwd: folder.path, env, stdin });
}

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

function sign(payload: object, header: object = { alg: "RS256", kid: "k1", typ: "JWT" }): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`;
}

const seconds = Math.floor(Date.now() / 1000);
const session = {
  iss: ISSUER,
  aud: PROJECT,
  sub: "U2abc",
  cognitoSub: "0b1c",
  drn: "DS",
  iat: seconds,
  exp: seconds + 3600,
};

test("what the program offers is what the core has", () => {
  expect(EMIT_TARGET_NAMES).toEqual([...INTEGRATION_TARGETS.map(({ name }) => name), "jwt-template"]);
  expect(EMIT_FORMAT_NAMES).toEqual(Object.keys(EMIT_FORMATS));
  expect(TOKEN_TARGET_NAMES).toEqual(TOKEN_TARGETS);
});

describe("aws emit", () => {
  test("prints a template that is ready to deploy, with issuer and audience of a real token", async () => {
    const token = sign({ ...session, iss: `https://api.descope.com/v1/apps/${PROJECT}`, aud: ["orders", PROJECT] });
    const { code, stdout, stderr } = await c2d(
      ["aws", "emit", "http-api-jwt", "--api-id", "a1b2c3", "--token-file", "-"],
      {
        stdin: `Bearer ${token}\n`,
      },
    );
    expect(code, stderr).toBe(0);
    expect(parse(stdout)).toMatchObject({
      Resources: {
        DescopeAuthorizer: {
          Properties: {
            ApiId: "a1b2c3",
            JwtConfiguration: {
              Issuer: `https://api.descope.com/v1/apps/${PROJECT}`,
              Audience: ["orders", PROJECT],
            },
          },
        },
      },
    });
    expect(stdout).not.toContain(token.split(".")[2]);
    expect(stderr).toContain("--output <directory> writes RUNBOOK.md too");
  });

  test("writes document, runbook and other files into a directory", async () => {
    const { code, stderr } = await c2d(
      words(
        `aws emit identity-pool --issuer ${ISSUER} --app-client 4abc --guests deny --identity-pool-name app` +
          " --identity-pool-id eu-west-1:01234567-89ab-cdef-0123-456789abcdef" +
          " --role-arn arn:aws:iam::123456789012:role/in" +
          " --role-rule tier=gold=arn:aws:iam::123456789012:role/gold=er" +
          " --format terraform --output out",
      ),
    );
    expect(code, stderr).toBe(0);
    expect(readdirSync(join(folder.path, "out")).sort()).toEqual(["RUNBOOK.md", "link-identity.ts", "main.tf.json"]);
    const written = readFileSync(join(folder.path, "out", "main.tf.json"), "utf8");
    expect(written).toContain("arn:aws:iam::123456789012:role/gold=er");
    expect(JSON.parse(written)).toHaveProperty("import");
  });

  test("gives one JSON document with all files", async () => {
    const { stdout } = await c2d(["aws", "emit", "alb-jwt", "--json", "--format", "runbook", ...albOptions()]);
    const { target, files } = JSON.parse(stdout) as { target: string; files: readonly { name: string }[] };
    expect([target, files.map(({ name }) => name)]).toEqual(["alb-jwt", ["RUNBOOK.md"]]);
  });

  test("names the flags of everything that is wrong, in one error", async () => {
    const { code, stderr } = await c2d(
      words(`aws emit rest-api-jwt --issuer ${PROJECT} --api-id https://x --priority 3`),
    );
    expect(code).toBe(2);
    expect(stderr).toContain("code: ERR_USAGE");
    expect(stderr).toContain("--issuer must be an absolute https URL; the bare project ID is none");
    expect(stderr).toContain("--api-id must be the ID of an API, not its name or URL");
    expect(stderr).toContain("--app-client must name the app clients");
    expect(stderr).toContain("--priority has no meaning for rest-api-jwt");
  });

  test.each([
    [["http-api-jwt", "--api-id", "a1b2c3"], {}, "the issuer is not known, and it cannot be guessed"],
    [
      ["http-api-jwt", "--api-id", "a1b2c3", "--issuer", ISSUER],
      { DESCOPE_PROJECT_ID: "" },
      "the project is not known",
    ],
    [["http-api-jwt", "--issuer", ISSUER], { COGNITO_USER_POOL_ID: "" }, "the document needs a region"],
    [
      ["rest-api-jwt", "--issuer", ISSUER, "--api-id", "a1b2c3", "--region", "eu-west-1"],
      { COGNITO_USER_POOL_ID: "" },
      "needs the user pool",
    ],
    [["rest-api-jwt", "--issuer", ISSUER, "--app-client", "us-east-1_Other/c"], {}, "which pool it is of"],
    [
      ["http-api-jwt", "--issuer", ISSUER, "--api-id", "a1b2c3", "--subject", "cognito"],
      {},
      "--subject has no meaning",
    ],
    [["jwt-template", "--api-id", "a1b2c3"], {}, "--api-id has no meaning for jwt-template"],
    [["nothing"], {}, "Allowed choices are"],
  ])("refuses %j with one clear error", async (more, variables, message) => {
    const { code, stdout, stderr } = await c2d(["aws", "emit", ...more], { env: { ...ENVIRONMENT, ...variables } });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });

  test("prints the JWT template that would be applied", async () => {
    const { stdout } = await c2d(["aws", "emit", "jwt-template", "--subject", "cognito"]);
    expect(JSON.parse(stdout)).toMatchObject({
      conformanceIssuer: true,
      overrideSubject: true,
      template: { aud: PROJECT, cognitoSub: "{{user.customAttributes.cognitoSub}}" },
    });
  });
});

describe("aws check", () => {
  test("says that a good token is accepted, and by whom", async () => {
    writeFileSync(join(folder.path, "token.txt"), `${sign(session)}\n`);
    const { code, stdout } = await c2d(["aws", "check", "--token-file", "token.txt"]);
    expect(code).toBe(0);
    expect(stdout.match(/^accepted (?!by)/gm)).toHaveLength(TOKEN_TARGETS.length);
  });

  test("says why each service refuses it, ends with 3, and never shows the token", async () => {
    const token = sign({ ...session, iss: PROJECT, aud: undefined });
    const { code, stdout, stderr } = await c2d(["aws", "check", "--token-file", "-"], { stdin: `"${token}"` });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^refused {2}http-api-jwt\n +iss: the issuer is the bare project ID/m);
    expect(stdout).toMatch(/^refused {2}lambda-authorizer\n +aud: there is no audience/m);
    for (const part of token.split(".")) expect(stdout + stderr).not.toContain(part);
  });

  test.each([
    ["", "there is no token"],
    ["K2secretvalue", "this is no JWT"],
    ["a.b!.c", "cannot be read"],
    [`${sign(session).split(".")[0]}.bm90IGpzb24.x`, "the payload of the token cannot be read"],
    ["x".repeat(70_000), "longer than 64 KB"],
  ])("refuses what is no token, without showing it", async (stdin, message) => {
    const { code, stdout, stderr } = await c2d(["aws", "check", "--token-file", "-", "--debug"], { stdin });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stdin.length < 10 || !stderr.includes(stdin.slice(0, 12))).toBe(true);
  });

  test("needs the file, and says when it is not there", async () => {
    expect((await c2d(["aws", "check"])).stderr).toContain("--token-file");
    const { code, stderr } = await c2d(["aws", "check", "--token-file", "nowhere"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("ENOENT")]);
  });
});

describe("aws inventory", () => {
  const keys = { ...ENVIRONMENT, AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" };
  const httpApi = (request: { readonly operation: string }): object | undefined => {
    if (request.operation === "GET /v2/apis") return { items: [{ apiId: "h1", name: "web\u001b[31m" }] };
    if (request.operation === "GET /v2/apis/h1/routes") return { items: [{ routeKey: "GET /me", authorizerId: "z1" }] };
    if (request.operation !== "GET /v2/apis/h1/authorizers") return undefined;
    const jwtConfiguration = { issuer: `https://cognito-idp.eu-west-1.amazonaws.com/${POOL}` };
    return { items: [{ authorizerId: "z1", name: "pool", authorizerType: "JWT", jwtConfiguration }] };
  };

  test("shows each use with its change, and the command that writes it", async () => {
    await using account = await startAccount((request) =>
      request.service === "apigateway" ? httpApi(request) : undefined,
    );
    const { code, stdout, stderr } = await c2d(["aws", "inventory", "--endpoint", account.url], { env: keys });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("JWT authorizer: pool of web\u{fffd}[31m (z1)");
    expect(stdout).toContain("used in: GET /me");
    expect(stdout).toContain("c2d aws emit http-api-jwt --api-id h1");
    expect(stdout).toContain("1 use found, 0 to look at");
    expect(stderr).toContain("looking through identity-pool in eu-west-1");
  });

  test("goes on without a permission, says which, and ends with 3", async () => {
    await using account = await startAccount(({ service }) =>
      service === "iam"
        ? {
            status: 403,
            body: "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform: iam:ListOpenIDConnectProviders</Message></Error></ErrorResponse>",
          }
        : undefined,
    );
    const { code, stdout } = await c2d(["aws", "inventory", "--endpoint", account.url, "--json"], { env: keys });
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      regions: [
        { region: "eu-west-1", userPoolIds: [POOL], uses: [], remarks: [{ action: "iam:ListOpenIDConnectProviders" }] },
      ],
    });
  });

  test("is covered by the policy that is printed for it", async () => {
    const { stdout } = await c2d(["aws", "policy", "--inventory"]);
    const { Statement } = JSON.parse(stdout) as { readonly Statement: readonly { readonly Sid: string }[] };
    expect(Statement.map(({ Sid }) => Sid)).toEqual(["ReadUserPool", "ReadApiGateway", "ListWhatTrustsThePool"]);
  });
});

describe("aws policy", () => {
  test("gives each statement its own resources, also for several pools", async () => {
    const other = POOL.replace(/.$/, "9");
    const sources = [POOL, other].map((userPoolId) => ({ userPoolId }));
    writeFileSync(join(folder.path, "c2d.config.json"), JSON.stringify({ sources }));
    const { stdout } = await c2d(["aws", "policy", "--setup", "--sso"], { env: { DESCOPE_PROJECT_ID: PROJECT } });
    const { Statement } = JSON.parse(stdout) as {
      readonly Statement: readonly { readonly Sid: string; readonly Resource: readonly string[] }[];
    };
    const pools = [POOL, other].map((id) => `arn:aws:cognito-idp:eu-west-1:*:userpool/${id}`);
    expect(Object.fromEntries(Statement.map(({ Sid, Resource }) => [Sid, Resource]))).toEqual({
      ReadUserPool: pools,
      SetUpSignIn: pools,
      ReadDomain: ["*"],
    });
  });
});

describe("jwt-template apply", () => {
  test("shows the difference, writes once, and the tokens that follow pass the check", async () => {
    await using sandbox = await startSandbox({ only: "descope", variants: { issuer: "project-id" } });
    const env = { ...environmentFor(sandbox), COGNITO_USER_POOL_ID: POOL };
    const dry = await c2d(["jwt-template", "apply", "--dry-run"], { env });
    expect([dry.code, dry.stderr]).toEqual([0, ""]);
    expect(dry.stdout).toContain("+ template.cognitoSub:");
    expect(dry.stdout).toContain("dry run: nothing was written");
    expect(sandbox.requests.count({ write: true })).toBe(0);

    const first = await c2d(["jwt-template", "apply", "--json"], { env });
    const { id, written } = JSON.parse(first.stdout) as { readonly id: string; readonly written: boolean };
    expect(written).toBe(true);
    const again = await c2d(["jwt-template", "apply", "--json"], { env });
    expect(JSON.parse(again.stdout)).toMatchObject({ operation: "none", written: false, id });

    const sdk = descopeSdk({
      projectId: sandbox.projectId,
      managementKey: sandbox.managementKey,
      baseUrl: sandbox.descope,
    });
    await sdk.management.user.createCustomAttributes([{ name: "cognitoSub", type: 1 }] as never);
    await sdk.management.user.create("a@example.com", {
      email: "a@example.com",
      customAttributes: { cognitoSub: "0b1c" },
    });
    const tokenOf = async (): Promise<string> =>
      (await sdk.management.jwt.signIn("a@example.com")).data?.sessionJwt ?? "";
    const check = async (
      stdin: string,
    ): Promise<readonly { readonly target: string; readonly problems: readonly { readonly part: string }[] }[]> => {
      const { stdout } = await c2d(["aws", "check", "--token-file", "-", "--json"], { env, stdin });
      return (JSON.parse(stdout) as { verdicts: Awaited<ReturnType<typeof check>> }).verdicts;
    };
    const partsOf = (verdicts: Awaited<ReturnType<typeof check>>): readonly string[] => [
      ...new Set(verdicts.flatMap(({ problems }) => problems.map(({ part }) => part))),
    ];
    expect(partsOf(await check(await tokenOf()))).toEqual(["iss", "aud"]);
    sandbox.descopeService.selectJwtTemplate(id);
    const after = await check(await tokenOf());
    // The sandbox speaks http, which AWS does not take: everything else is in order.
    expect(partsOf(after)).toEqual(["iss"]);
    expect(JSON.stringify(after)).toContain("the issuer must begin with https://");
  });
});

function albOptions(): readonly string[] {
  const arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";
  return words(
    `--issuer ${ISSUER} --priority 5 --path /a/* /b/* --listener-arn ${arn}:listener/app/web/1/2` +
      ` --target-group-arn ${arn}:targetgroup/web/3`,
  );
}

/** A command line without quoting, as arguments. */
function words(line: string): readonly string[] {
  return line.split(" ");
}
