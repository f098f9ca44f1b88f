/**
 * Holds the sandbox's answers against two other implementations, call by call. Where they differ, AWS's documents decide, and
 * the difference stands here with who is right.
 */

import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

import { startSandbox } from "../../src/index.ts";
import { likenessScenario } from "./likeness-scenario.ts";
import type { AnswerForm } from "./likeness-scenario.ts";

/** What differs in one call: members that only one side has, or status and code of both. */
interface Difference {
  readonly onlyOurs?: readonly string[];
  readonly onlyTheirs?: readonly string[];
  readonly answers?: string;
}

function differences(ours: readonly AnswerForm[], theirs: readonly AnswerForm[]): Record<string, Difference> {
  const found: Record<string, Difference> = {};
  for (const [index, own] of ours.entries()) {
    const other = theirs[index];
    if (other?.call !== own.call) throw new Error(`the scenario took another way at ${own.call}`);
    const said = (form: AnswerForm): string => `${form.status} ${form.code ?? ""}`.trim();
    if (said(own) !== said(other)) {
      found[own.call] = { answers: `${said(own)} / ${said(other)}` };
      continue;
    }
    const onlyOurs = own.members.filter((member) => !other.members.includes(member));
    const onlyTheirs = other.members.filter((member) => !own.members.includes(member));
    if (onlyOurs.length + onlyTheirs.length > 0) {
      found[own.call] = {
        ...(onlyOurs.length === 0 ? {} : { onlyOurs }),
        ...(onlyTheirs.length === 0 ? {} : { onlyTheirs }),
      };
    }
  }
  return found;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function withServer<T>(
  start: (port: number, folder: string) => ChildProcess,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "likeness-"));
  const child = start(port, folder);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  try {
    for (let tries = 0; ; tries += 1) {
      try {
        await fetch(url);
        break;
      } catch {
        if (tries > 300 || child.exitCode !== null) throw new Error("the other implementation does not start");
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    return await use(url);
  } finally {
    child.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

async function ownForms(): Promise<readonly AnswerForm[]> {
  await using sandbox = await startSandbox({ only: "cognito", profile: "empty" });
  return await likenessScenario(sandbox.cognito);
}

// Members of AWS's model that neither implementation has.
const newerMembers = [
  "UserPool.DeletionProtection: string",
  "UserPool.Policies.SignInPolicy.AllowedFirstAuthFactors[]: string",
  "UserPool.UserPoolTier: string",
];

test("cognito-local differs in known places only", { timeout: 60_000 }, async () => {
  // Beside the package's own entry, so that hoisting does not matter.
  const entry = createRequire(import.meta.url).resolve("cognito-local");
  const bin = join(dirname(entry), "bin", "start.js");
  const theirs = await withServer(
    (port, folder) =>
      spawn(process.execPath, [bin], {
        cwd: folder,
        env: { ...process.env, HOST: "127.0.0.1", PORT: String(port) },
        stdio: "ignore",
      }),
    likenessScenario,
  );
  const found = differences(await ownForms(), theirs);
  // It lists whole pools; AWS's `UserPoolDescriptionType` is five members.
  expect(found["ListUserPools"]?.onlyOurs).toBeUndefined();
  delete found["ListUserPools"];
  const client: Difference = {
    // AWS's own sample answers have these defaults, and no units that nobody set.
    onlyOurs: [
      "UserPoolClient.AllowedOAuthFlowsUserPoolClient: boolean",
      "UserPoolClient.AuthSessionValidity: number",
      "UserPoolClient.EnablePropagateAdditionalUserContextData: boolean",
      "UserPoolClient.EnableTokenRevocation: boolean",
      "UserPoolClient.RefreshTokenValidity: number",
    ],
    onlyTheirs: [
      "UserPoolClient.TokenValidityUnits.AccessToken: string",
      "UserPoolClient.TokenValidityUnits.IdToken: string",
      "UserPoolClient.TokenValidityUnits.RefreshToken: string",
    ],
  };
  const signedIn: Difference = {
    onlyOurs: ["AuthenticationResult.ExpiresIn: number", "AuthenticationResult.TokenType: string"],
  };
  expect(found).toEqual({
    CreateUserPool: { onlyOurs: newerMembers },
    DescribeUserPool: { onlyOurs: newerMembers },
    CreateUserPoolClient: client,
    DescribeUserPoolClient: client,
    // It finds groups by the typed username, not by the sub that the member has.
    AdminListGroupsForUser: {
      onlyOurs: [
        "Groups[].CreationDate: number",
        "Groups[].Description: string",
        "Groups[].GroupName: string",
        "Groups[].LastModifiedDate: number",
        "Groups[].Precedence: number",
        "Groups[].UserPoolId: string",
      ],
    },
    // Both members are in AWS's sample of a sign-in.
    InitiateAuth: signedIn,
    "InitiateAuth (refresh)": signedIn,
    // AWS says NotAuthorizedException with one text for user and password.
    "InitiateAuth (wrong password)": { answers: "400 NotAuthorizedException / 400 InvalidPasswordException" },
    // It has no pages and looks at no token.
    "ListUsers (bad token)": { answers: "400 InvalidParameterException / 200" },
    // JSON 1.1 services answer 400 to operations they do not know.
    "an unknown operation": { answers: "400 UnknownOperationException / 500 Unsupported" },
    // It signs disabled users in.
    "InitiateAuth (disabled user)": { answers: "400 NotAuthorizedException / 200" },
  });
});

const hasMoto = spawnSync("python3", ["-c", "import moto.server"]).status === 0;

test.skipIf(!hasMoto)(
  "moto differs in known places only (skipped where python3 has no moto)",
  { timeout: 60_000 },
  async () => {
    const theirs = await withServer(
      (port, folder) =>
        spawn("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], {
          cwd: folder,
          stdio: "ignore",
        }),
      likenessScenario,
    );
    const found = differences(await ownForms(), theirs);
    // It fills in messages and a recovery setting that were not given; AWS's answers have them only where somebody set them.
    const pool: Difference = {
      onlyOurs: newerMembers,
      onlyTheirs: [
        "UserPool.AccountRecoverySetting.RecoveryMechanisms[].Name: string",
        "UserPool.AccountRecoverySetting.RecoveryMechanisms[].Priority: number",
        "UserPool.AdminCreateUserConfig.InviteMessageTemplate.EmailMessage: string",
        "UserPool.AdminCreateUserConfig.InviteMessageTemplate.EmailSubject: string",
        "UserPool.AdminCreateUserConfig.InviteMessageTemplate.SMSMessage: string",
        "UserPool.EmailVerificationMessage: string",
        "UserPool.EmailVerificationSubject: string",
        "UserPool.SmsVerificationMessage: string",
        "UserPool.VerificationMessageTemplate.EmailMessage: string",
        "UserPool.VerificationMessageTemplate.EmailSubject: string",
        "UserPool.VerificationMessageTemplate.SmsMessage: string",
      ],
    };
    // AWS's model has both dates in `UserPoolClientType`.
    const client: Difference = {
      onlyOurs: ["UserPoolClient.CreationDate: number", "UserPoolClient.LastModifiedDate: number"],
    };
    // AWS leaves the preference out when there is none; moto answers an empty text.
    const preference: Difference = { onlyTheirs: ["PreferredMfaSetting: string"] };
    expect(found).toEqual({
      CreateUserPool: pool,
      DescribeUserPool: pool,
      CreateUserPoolClient: client,
      DescribeUserPoolClient: client,
      AdminGetUser: preference,
      GetUser: preference,
      // Users of AWS report InvalidParameterException, "Paging Marker is Invalid for Request".
      "ListUsers (bad token)": { answers: "400 InvalidParameterException / 400 InvalidToken" },
      "an unknown operation": { answers: "400 UnknownOperationException / 500" },
    });
  },
);
