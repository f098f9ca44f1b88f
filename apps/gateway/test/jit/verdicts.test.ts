import { type CognitoVariants, cognitoVariants } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { startJit } from "./start-jit.ts";

type Told = Readonly<Record<string, unknown>>;

const OK: Told = { verdict: "ok", next: "sign-in", reason: "password-right" };
const CREDENTIALS: Told = { verdict: "invalid_credentials", next: "ask-again", reason: "credentials" };
const DISABLED: Told = { verdict: "disabled", next: "stop", reason: "disabled" };
const NOT_CONFIRMED: Told = { verdict: "not_confirmed", next: "verify-contact", reason: "not-confirmed" };
const reset = (reason: string): Told => ({ verdict: "reset_required", next: "reset-password", reason });

/** How a pool answers, and what the gateway may read of it. */
interface Circumstances extends CognitoVariants {
  /** The app client hides who exists. */
  readonly hides: boolean;
  readonly reader: boolean;
}

const circumstances = cognitoVariants().flatMap(({ name, variants }) =>
  [false, true].flatMap((hides) =>
    [false, true].map((reader): [string, Circumstances] => [
      `${name}, ${hides ? "hiding who exists" : "telling who exists"}, ${reader ? "with" : "without"} IAM rights`,
      { ...variants, hides, reader },
    ]),
  ),
);

/** What is told of an account that may not sign in, with the right password and with a wrong one. */
function ofState(told: Told, { reader, statusCheck }: Circumstances): readonly [right: Told, wrong: Told] {
  return [told, reader || statusCheck === "before-password" ? told : CREDENTIALS];
}

function ofResetRequired(at: Circumstances): readonly [Told, Told] {
  return at.hides && !at.reader ? [CREDENTIALS, CREDENTIALS] : ofState(reset("reset-required"), at);
}

const EXPECTED: readonly (readonly [kind: string, (at: Circumstances) => readonly [right: Told, wrong: Told]])[] = [
  ["complete-profile", () => [OK, CREDENTIALS]],
  ["phone-only", () => [OK, CREDENTIALS]],
  ["emoji", () => [OK, CREDENTIALS]],
  ["quotes", () => [OK, CREDENTIALS]],
  ["longest-username", () => [OK, CREDENTIALS]],
  ["disabled", (at) => ofState(DISABLED, at)],
  ["unconfirmed-disabled", (at) => ofState(DISABLED, at)],
  ["archived", (at) => ofState(DISABLED, at)],
  ["unconfirmed", (at) => ofState(NOT_CONFIRMED, at)],
  ["reset-required", ofResetRequired],
  ["compromised", ofResetRequired],
  [
    "force-change-password",
    ({ reader }) => [reset("temporary-password"), reader ? reset("temporary-password") : CREDENTIALS],
  ],
  [
    "temporary-password-expired",
    (at) => ofState(reset(at.reader ? "temporary-password" : "temporary-password-expired"), at),
  ],
  [
    "totp-mfa",
    ({ reader }) => [
      { verdict: "challenge", next: reader ? "step-up" : "reset-password", reason: "second-factor" },
      CREDENTIALS,
    ],
  ],
  [
    "sms-mfa",
    ({ reader }) => [
      { verdict: "challenge", next: reader ? "step-up" : "reset-password", reason: "second-factor" },
      CREDENTIALS,
    ],
  ],
];

describe.for(circumstances)("at a pool with %s", ([, at]) => {
  it("every kind of user gets its verdict, and only who is right is provisioned", async () => {
    const { statusCheck, temporaryPassword, hides, reader } = at;
    const jit = await startJit({
      reader,
      sandbox: { cognito: { variants: { statusCheck, temporaryPassword } } },
      client: { PreventUserExistenceErrors: hides ? "ENABLED" : "LEGACY" },
    });
    const seen: unknown[] = [];
    const expected: unknown[] = [];
    for (const [kind, of] of EXPECTED) {
      const { username, password } = jit.credentials(kind);
      const [right, wrong] = of(at);
      expected.push([kind, "wrong", wrong], [kind, "right", right]);
      seen.push([kind, "wrong", await jit.ask({ username, password: `${password} ` })]);
      seen.push([kind, "right", await jit.ask({ username, password })]);
    }
    expect(seen).toEqual(expected);
    expect(await jit.ask({ username: "nobody", password: "Passw0rd!" })).toEqual(CREDENTIALS);
    const provisioned = new Set(jit.provisioned.map(({ user }) => user.username));
    expect([...provisioned].filter((name) => !/^(?:😀|")/.test(name)).slice(0, 2)).toEqual([
      "complete-profile",
      "phone-only",
    ]);
    expect(provisioned.size).toBe(reader ? 7 : 5);
    for (const entry of jit.verdicts) expect(entry.alarm).toBe(false);
  });

  it("a temporary password is used up only where nobody could know that it is one", async () => {
    const { statusCheck, temporaryPassword, hides, reader } = at;
    const jit = await startJit({
      reader,
      sandbox: { cognito: { variants: { statusCheck, temporaryPassword } } },
      client: { PreventUserExistenceErrors: hides ? "ENABLED" : "LEGACY" },
    });
    const invited = jit.credentials("force-change-password");
    expect(await jit.ask(invited)).toEqual(reset("temporary-password"));
    expect(jit.tries()).toBe(reader ? 0 : 1);
    const response = await fetch(jit.sandbox.cognito, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
      },
      body: JSON.stringify({
        AuthFlow: "USER_PASSWORD_AUTH",
        ClientId: jit.sandbox.clientId,
        AuthParameters: { USERNAME: invited.username, PASSWORD: invited.password },
      }),
    });
    const { ChallengeName } = (await response.json()) as { readonly ChallengeName?: string };
    const stillWorks = reader || temporaryPassword === "until-changed";
    expect(ChallengeName).toBe(stillWorks ? "NEW_PASSWORD_REQUIRED" : undefined);
  });
});
