import { startSandbox } from "@cognito-to-descope/sandbox";
import type { Sandbox, SandboxOptions } from "@cognito-to-descope/sandbox";
import type { GroupMemberPage, PoolUser, PoolUserPage } from "@cognito-to-descope/core";
import { onTestFinished } from "vitest";

import { createUserPoolSource } from "../../src/index.ts";
import type { CognitoSourceEvent, CognitoUserPoolSource, UserPoolSourceOptions } from "../../src/index.ts";
import { createHastyClock } from "./clocks.ts";

/** A sandbox with a pool, and a source that reads it. */
export interface OpenPool {
  readonly sandbox: Sandbox;
  readonly source: CognitoUserPoolSource;
  readonly events: CognitoSourceEvent[];
  /** Another source on the same pool. */
  readonly reopen: (options: Partial<UserPoolSourceOptions>) => CognitoUserPoolSource;
}

/** Rates that no test reaches. */
export const unlimited: NonNullable<UserPoolSourceOptions["limits"]> = {
  categories: {
    UserList: { requests: 100_000, windowMs: 1000 },
    UserPoolClientRead: { requests: 100_000, windowMs: 1000 },
    UserPoolRead: { requests: 100_000, windowMs: 1000 },
    UserPoolResourceRead: { requests: 100_000, windowMs: 1000 },
  },
  perPoolOperation: { requests: 100_000, windowMs: 1000 },
};

/** Starts a sandbox and opens a source on its pool. Both are closed when the test ends. */
export async function openPool(
  sandboxOptions: Omit<SandboxOptions, "only"> = {},
  sourceOptions: Partial<UserPoolSourceOptions> = {},
): Promise<OpenPool> {
  const sandbox = await startSandbox({ ...sandboxOptions, only: "cognito" });
  onTestFinished(() => sandbox.stop());
  const events: CognitoSourceEvent[] = [];
  const reopen = (options: Partial<UserPoolSourceOptions>): CognitoUserPoolSource => {
    const source = createUserPoolSource({
      userPoolId: sandbox.userPoolId,
      region: sandbox.region,
      endpoint: sandbox.cognito,
      accessKeyId: "sandbox",
      secretAccessKey: "sandbox",
      clock: createHastyClock(),
      random: () => 0.5,
      limits: unlimited,
      listener: (event) => events.push(event),
      ...options,
    });
    onTestFinished(() => source.close());
    return source;
  };
  return { sandbox, source: reopen(sourceOptions), events, reopen };
}

/** All pages of a listing. */
export async function collect<Page>(pages: AsyncIterable<Page>): Promise<Page[]> {
  const all: Page[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

/** All users of a source. */
export async function allUsers(pages: AsyncIterable<PoolUserPage>): Promise<PoolUser[]> {
  return (await collect(pages)).flatMap((page) => page.users);
}

/** All members of a listing. */
export async function allSubs(pages: AsyncIterable<GroupMemberPage>): Promise<string[]> {
  return (await collect(pages)).flatMap((page) => page.subs);
}
