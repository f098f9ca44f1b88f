import { hasCode } from "@cognito-to-descope/core";
import type { AbortableOptions } from "@cognito-to-descope/core";
import { loadUser } from "./load-user.ts";
import { accept, createManagementClient } from "./management-client.ts";
import type { ManagementClient } from "./management-client.ts";
import { resolveOptions } from "./options.ts";
import type { ProjectTargetOptions } from "./options.ts";
import { createProbeUsers } from "./probe-users.ts";
import type { ProbeUsers } from "./probe-users.ts";
import { signInTestUser } from "./sign-in.ts";

/** How a project behaves where Descope's documentation does not say. */
export interface ProjectTraits {
  /**
   * What a batch does with a login ID that a user has already: names it among the failed users, refuses the whole
   * batch, overwrites the user, or leaves the user as it is and says nothing.
   */
  readonly duplicateLoginId: "failed-users" | "refused" | "overwritten" | "ignored";
  /** What a batch does with a custom attribute that is not defined. */
  readonly undefinedAttribute: "dropped" | "stored" | "failed-users" | "refused";
  /** Users of the largest batch that was tried and taken. Nothing larger than the configured batch size is tried. */
  readonly largestBatch: number;
  readonly searchPage: SearchPageTrait;
  /** Form of `iss` in session tokens; absent when the project let no test user sign in. */
  readonly issuer?: IssuerTrait;
  /** Whether login IDs that differ by case belong to different users. */
  readonly loginIdCase: "sensitive" | "folded";
}

/** The largest search page. */
export interface SearchPageTrait {
  /** Users of the largest page that was seen. */
  readonly largest: number;
  /** Whether a larger page is known to be impossible; otherwise there were no more users to fill one. */
  readonly certain: boolean;
  /** Whether asking for more is refused, rather than answered with less. */
  readonly refusesMore: boolean;
}

/** The issuer of session tokens. */
export interface IssuerTrait {
  readonly form: "project-id" | "url" | "other";
  readonly value: string;
}

/** What a project takes without being told otherwise. */
const SAFE_PAGE = 100;

/**
 * Finds out how a project behaves, with test users that it removes again, whatever happens meanwhile: a failure or an
 * abort too. Takes about ten seconds and a dozen requests of the quota for creating users.
 *
 * @throws MigrationError when the project cannot be reached, refuses the key, or a test user could not be removed.
 */
export async function probeProject(
  options: ProjectTargetOptions,
  callOptions: AbortableOptions = {},
): Promise<ProjectTraits> {
  const client = createManagementClient(resolveOptions(options));
  const users = createProbeUsers(client);
  let traits: ProjectTraits;
  try {
    traits = await probe(client, users, callOptions);
  } catch (error) {
    await users.removeAll(true);
    throw error;
  }
  await users.removeAll(false);
  return traits;
}

async function probe(client: ManagementClient, users: ProbeUsers, options: AbortableOptions): Promise<ProjectTraits> {
  const duplicateLoginId = await probeDuplicate(client, users, options);
  const undefinedAttribute = await probeUndefinedAttribute(client, users, options);
  const loginIdCase = await probeLoginIdCase(client, users, options);
  const issuer = await probeIssuer(client, users, options);
  const largestBatch = await probeBatch(client, users, options);
  const searchPage = await probeSearchPage(client, options);
  return {
    duplicateLoginId,
    undefinedAttribute,
    largestBatch,
    searchPage,
    ...(issuer === undefined ? {} : { issuer }),
    loginIdCase,
  };
}

async function probeDuplicate(
  client: ManagementClient,
  users: ProbeUsers,
  options: AbortableOptions,
): Promise<ProjectTraits["duplicateLoginId"]> {
  const first = users.invent("duplicate", { name: "first" });
  await users.create([first], options);
  const answer = await unlessRefused(users.create([{ ...first, name: "second" }], options));
  if (answer === undefined) return "refused";
  if (answer.refused.length > 0) return "failed-users";
  const now = await loadUser(client, first.loginId, options);
  return now?.user.name === "second" ? "overwritten" : "ignored";
}

async function probeUndefinedAttribute(
  client: ManagementClient,
  users: ProbeUsers,
  options: AbortableOptions,
): Promise<ProjectTraits["undefinedAttribute"]> {
  const attribute = `c2d-${users.token.slice(0, 12)}`;
  const user = users.invent("attribute", { customAttributes: { [attribute]: "probe" } });
  const answer = await unlessRefused(users.create([user], options));
  if (answer === undefined) return "refused";
  if (answer.refused.length > 0) return "failed-users";
  const now = await loadUser(client, user.loginId, options);
  return now?.user.customAttributes[attribute] === undefined ? "dropped" : "stored";
}

async function probeLoginIdCase(
  client: ManagementClient,
  users: ProbeUsers,
  options: AbortableOptions,
): Promise<ProjectTraits["loginIdCase"]> {
  const user = users.invent("Case", {});
  await users.create([user], options);
  const folded = await loadUser(client, user.loginId.toLowerCase(), options);
  return folded === undefined ? "sensitive" : "folded";
}

async function probeIssuer(
  client: ManagementClient,
  users: ProbeUsers,
  options: AbortableOptions,
): Promise<IssuerTrait | undefined> {
  for (const method of ["otp", "magic-link"] as const) {
    const signedIn = await unlessRefused(signInTestUser(client, users.invent(method, {}), method, options));
    const value = signedIn?.claims["iss"];
    if (typeof value !== "string") continue;
    const { projectId } = client.options;
    const form =
      value === projectId ? "project-id" : value.includes("://") && value.includes(projectId) ? "url" : "other";
    return { form, value };
  }
  return undefined;
}

/** Also makes enough test users to fill a page that is larger than the safe one. */
async function probeBatch(client: ManagementClient, users: ProbeUsers, options: AbortableOptions): Promise<number> {
  let size = client.options.batchSize;
  let largest = 0;
  let made = 0;
  while (made <= SAFE_PAGE) {
    const batch = Array.from({ length: Math.min(size, largest === 0 ? size : SAFE_PAGE + 1 - made) }, (_, index) =>
      users.invent(`page-${made + index}`, {}),
    );
    const answer = await unlessRefused(users.create(batch, options));
    if (answer === undefined) {
      if (size === 1) return largest;
      size = Math.ceil(size / 2);
      continue;
    }
    largest = Math.max(largest, batch.length);
    made += batch.length;
  }
  return largest;
}

async function probeSearchPage(client: ManagementClient, options: AbortableOptions): Promise<SearchPageTrait> {
  const asked = client.options.pageSize;
  const real = await unlessRefused(askPage(client, "/v2/mgmt/user/search", asked, options));
  if (real === undefined) return { largest: Math.min(asked, SAFE_PAGE), certain: true, refusesMore: true };
  if (real.users < real.total) return { largest: real.users, certain: true, refusesMore: false };
  if (real.users > SAFE_PAGE) return { largest: real.users, certain: real.users >= asked, refusesMore: false };
  // Searches lag behind writes.
  for (let look = 1; ; look += 1) {
    const test = await askPage(client, "/v2/mgmt/user/search/test", asked, options);
    if (test.users < test.total) return { largest: test.users, certain: true, refusesMore: false };
    if (test.users > SAFE_PAGE || look === 8) {
      return { largest: Math.max(test.users, real.users), certain: test.users >= asked, refusesMore: false };
    }
    await client.options.clock.sleep(500, options.signal);
  }
}

async function askPage(
  client: ManagementClient,
  path: string,
  limit: number,
  options: AbortableOptions,
): Promise<{ readonly users: number; readonly total: number }> {
  const onlyTest = path.endsWith("/test");
  const body = { limit, offset: 0, withTestUser: onlyTest, testUsersOnly: onlyTest };
  const { users, total } = accept(`POST ${path}`, await client.ask("POST", path, body, options));
  return { users: Array.isArray(users) ? users.length : 0, total: Number(total) || 0 };
}

async function unlessRefused<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, "ERR_TARGET_REFUSED")) return undefined;
    throw error;
  }
}
