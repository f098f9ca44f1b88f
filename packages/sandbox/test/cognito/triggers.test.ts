import { expect, test } from "vitest";

import type { TriggerEvent } from "../../src/index.ts";
import { claimsOf, password, signInPool, tokensOf } from "./sign-in-pool.ts";

const arn = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

test("a PreAuthentication trigger that throws refuses in AWS's words", async () => {
  await using pool = await signInPool({
    pool: { LambdaConfig: { PreAuthentication: arn("gate") } },
    cognito: {
      lambdas: {
        gate: () => {
          throw new Error("too early");
        },
      },
    },
  });
  await pool.addUser("ada");
  await expect(pool.signIn("ada")).rejects.toMatchObject({
    name: "UserLambdaValidationException",
    message: "PreAuthentication failed with error too early.",
  });
});

test("custom challenges go round by round until tokens are issued", async () => {
  const define = (event: TriggerEvent): TriggerEvent => {
    const rounds = event.request["session"] as { challengeResult: boolean }[];
    const last = rounds.at(-1);
    const response =
      last === undefined
        ? { challengeName: "CUSTOM_CHALLENGE", issueTokens: false, failAuthentication: false }
        : { issueTokens: last.challengeResult, failAuthentication: !last.challengeResult };
    return { ...event, response };
  };
  await using pool = await signInPool({
    pool: {
      LambdaConfig: {
        DefineAuthChallenge: arn("define"),
        CreateAuthChallenge: arn("create"),
        VerifyAuthChallengeResponse: arn("verify"),
      },
    },
    cognito: {
      lambdas: {
        define,
        create: (event) => ({
          ...event,
          response: { publicChallengeParameters: { question: "6*7" }, privateChallengeParameters: { answer: "42" } },
        }),
        verify: (event) => {
          const { answer } = event.request["privateChallengeParameters"] as { answer: string };
          return { ...event, response: { answerCorrect: event.request["challengeAnswer"] === answer } };
        },
      },
    },
  });
  const { call, ClientId } = pool;
  await pool.addUser("ada");
  const begin = (): Promise<Record<string, unknown>> =>
    call("InitiateAuth", { ClientId, AuthFlow: "CUSTOM_AUTH", AuthParameters: { USERNAME: "ada" } });
  const challenge = await begin();
  expect(challenge).toMatchObject({
    ChallengeName: "CUSTOM_CHALLENGE",
    ChallengeParameters: { question: "6*7", USERNAME: "ada" },
  });
  await expect(pool.respond(challenge, { USERNAME: "ada", ANSWER: "42" })).resolves.toHaveProperty(
    "AuthenticationResult",
  );
  await expect(pool.respond(await begin(), { USERNAME: "ada", ANSWER: "41" })).rejects.toMatchObject({
    name: "NotAuthorizedException",
  });
});

test("a PreTokenGeneration trigger adds and takes away claims, but not the fixed ones", async () => {
  await using pool = await signInPool({
    pool: { LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: "V2_0", LambdaArn: arn("claims") } } },
    cognito: {
      lambdas: {
        claims: (event) => ({
          ...event,
          response: {
            claimsAndScopeOverrideDetails: {
              idTokenGeneration: {
                claimsToAddOrOverride: { tier: "gold", sub: "forged" },
                claimsToSuppress: ["email"],
              },
              accessTokenGeneration: { claimsToAddOrOverride: { tier: "gold" }, scopesToAdd: ["api/read"] },
              groupOverrideDetails: { groupsToOverride: ["from-trigger"] },
            },
          },
        }),
      },
    },
  });
  await pool.addUser("ada", { email: "ada@example.com" });
  const { IdToken, AccessToken } = tokensOf(await pool.signIn("ada"));
  expect(claimsOf(IdToken)).toMatchObject({ tier: "gold", "cognito:groups": ["from-trigger"] });
  expect(claimsOf(IdToken)["sub"]).not.toBe("forged");
  expect(claimsOf(IdToken)).not.toHaveProperty("email");
  expect(claimsOf(AccessToken)).toMatchObject({ tier: "gold", scope: "aws.cognito.signin.user.admin api/read" });
});

test("a UserMigration trigger makes unknown users", async () => {
  await using pool = await signInPool({
    pool: { LambdaConfig: { UserMigration: arn("migrate") } },
    cognito: {
      lambdas: {
        migrate: (event) => {
          if (event.request["password"] !== password) throw new Error("unknown");
          const userAttributes = { email: "old@example.com", email_verified: "true" };
          return { ...event, response: { userAttributes, finalUserStatus: "CONFIRMED" } };
        },
      },
    },
  });
  await expect(pool.signIn("old", "wrong")).rejects.toMatchObject({ name: "UserNotFoundException" });
  await expect(pool.signIn("old")).resolves.toHaveProperty("AuthenticationResult");
  const user = await pool.call("AdminGetUser", { UserPoolId: pool.UserPoolId, Username: "old" });
  expect(user).toMatchObject({ UserStatus: "CONFIRMED" });
});

test("a PreSignUp trigger confirms and verifies, or refuses; PostConfirmation hears of it", async () => {
  const confirmed: string[] = [];
  await using pool = await signInPool({
    pool: { LambdaConfig: { PreSignUp: arn("gate"), PostConfirmation: arn("welcome") } },
    cognito: {
      lambdas: {
        gate: (event) => {
          if (event.userName.startsWith("evil")) throw new Error("not welcome");
          return { ...event, response: { autoConfirmUser: true, autoVerifyEmail: true } };
        },
        welcome: (event) => {
          confirmed.push(event.userName);
          return event;
        },
      },
    },
  });
  const { call, ClientId, UserPoolId } = pool;
  const UserAttributes = [{ Name: "email", Value: "ada@example.com" }];
  const signedUp = await call("SignUp", { ClientId, Username: "ada", Password: password, UserAttributes });
  expect(signedUp).toMatchObject({ UserConfirmed: true });
  expect(confirmed).toEqual(["ada"]);
  await expect(pool.signIn("ada@example.com")).resolves.toHaveProperty("AuthenticationResult");
  await expect(call("SignUp", { ClientId, Username: "evil", Password: password })).rejects.toMatchObject({
    name: "UserLambdaValidationException",
    message: "PreSignUp failed with error not welcome.",
  });
  await expect(call("AdminCreateUser", { UserPoolId, Username: "evil-too" })).rejects.toMatchObject({
    name: "UserLambdaValidationException",
  });
  const { Users } = (await call("ListUsers", { UserPoolId })) as { Users: unknown[] };
  expect(Users).toHaveLength(1);
});

test("two sign-ins at once of an unknown user make one user", async () => {
  await using pool = await signInPool({
    pool: { LambdaConfig: { UserMigration: arn("migrate"), PreSignUp: arn("slow") } },
    cognito: {
      lambdas: {
        migrate: async (event) => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          return { ...event, response: { userAttributes: { name: "Old" }, finalUserStatus: "CONFIRMED" } };
        },
        slow: async (event) => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          return event;
        },
      },
    },
  });
  const { call, ClientId, UserPoolId } = pool;
  const answers = await Promise.all([pool.signIn("old"), pool.signIn("old"), pool.signIn("old")]);
  expect(new Set(answers.map((answer) => claimsOf(tokensOf(answer).IdToken)["sub"])).size).toBe(1);
  const signUps = await Promise.allSettled(
    [1, 2].map(() => call("SignUp", { ClientId, Username: "new", Password: password })),
  );
  expect(signUps.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  const { Users } = (await call("ListUsers", { UserPoolId })) as { Users: unknown[] };
  expect(Users).toHaveLength(2);
});

test("PostConfirmation hears of a user whom an administrator confirms", async () => {
  const confirmed: string[] = [];
  await using pool = await signInPool({
    pool: { LambdaConfig: { PostConfirmation: arn("welcome") } },
    cognito: {
      lambdas: {
        welcome: (event) => {
          confirmed.push(event.userName);
          return event;
        },
      },
    },
  });
  const { call, ClientId, UserPoolId } = pool;
  await call("SignUp", { ClientId, Username: "ada", Password: password });
  expect(confirmed).toEqual([]);
  await call("AdminConfirmSignUp", { UserPoolId, Username: "ada" });
  expect(confirmed).toEqual(["ada"]);
});
