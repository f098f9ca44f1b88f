/** Creating users, one by one and in batches. */

import { checkPassword } from "../definitions/password-policy.ts";
import { isJsonObject, readBoolean } from "../json-fields.ts";
import { JsonText } from "../operation.ts";
import type { Call, Operation, OperationResult } from "../operation.ts";
import type { ProjectState } from "../project-state.ts";
import { Refusal, conflicting, invalid, malformed, userExists } from "../refusal.ts";
import { writeUser } from "./user-answer.ts";
import { overwrite, patch, prepareChange, requestedLoginIds, requireContact, uniqueLoginIds } from "./user-fields.ts";
import type { UserChange } from "./user-fields.ts";
import { readUserInput } from "./user-input.ts";
import type { UserInput } from "./user-input.ts";
import { UserRecord } from "./user-record.ts";

/** A user that may be created: everything but the uniqueness of its login IDs is checked. */
interface Candidate {
  readonly change: UserChange;
  readonly loginIds: readonly string[];
}

function prepare(project: ProjectState, input: UserInput): Candidate {
  const loginIds = requestedLoginIds(project, input);
  const change = prepareChange(project, input);
  requireContact(change);
  const { createdTime } = input;
  if (createdTime !== undefined && (createdTime < 0 || createdTime > 0x7fffffff))
    throw invalid("The createdTime field must be seconds since 1970");
  return { change, loginIds };
}

/** Stores a new user. Its login IDs must be free. */
function store(project: ProjectState, { change, loginIds }: Candidate, test: boolean): UserRecord {
  const user = new UserRecord(project.ids.next("U"), loginIds, test, project.clock());
  const { createdTime } = change.input;
  if (createdTime !== undefined && createdTime > 0) user.createdTime = createdTime;
  overwrite(project, user, change);
  project.users.add(user);
  project.audit.note("UserCreated", user, user.modifiedAt);
  return user;
}

/** Makes an existing user what a request for a new one says. */
function upsert(project: ProjectState, user: UserRecord, { change, loginIds }: Candidate): UserRecord {
  for (const loginId of loginIds) {
    const owner = project.users.byLoginId(loginId);
    if (owner !== undefined && owner !== user) throw userExists();
  }
  project.users.change(user, (changed) => {
    patch(project, changed, change);
    changed.loginIds = uniqueLoginIds(project, [...changed.loginIds, ...loginIds]);
  });
  return user;
}

function ownerOf(project: ProjectState, loginIds: readonly string[]): UserRecord | undefined {
  for (const loginId of loginIds) {
    const owner = project.users.byLoginId(loginId);
    if (owner !== undefined) return owner;
  }
  return undefined;
}

/**
 * Creates one user by the rules of the API, for other operations that create users.
 *
 * @throws Refusal when the request breaks a rule or a login ID is taken.
 */
export function createUser(project: ProjectState, input: UserInput, test = false): UserRecord {
  const candidate = prepare(project, input);
  if (ownerOf(project, candidate.loginIds) !== undefined) throw userExists();
  return store(project, candidate, test);
}

function createOne({ project, body }: Call, test: boolean): OperationResult {
  const input = readUserInput(body, project.variants.unknownFields);
  const candidate = prepare(project, input);
  const owner = ownerOf(project, candidate.loginIds);
  if (owner === undefined) {
    const user = store(project, candidate, test || input.test === true);
    return new JsonText(`{"user":${writeUser(user)},"created":true}`);
  }
  if (project.variants.duplicateLoginId !== "upsert" && input.invite !== true) throw userExists();
  return new JsonText(`{"user":${writeUser(upsert(project, owner, candidate))},"created":false}`);
}

interface Failure {
  readonly failure: string;
  readonly input: UserInput | undefined;
}

function createBatch({ project, body }: Call): OperationResult {
  const items = body["users"] ?? [];
  if (!Array.isArray(items)) throw malformed("users must be a list");
  const { batchLimit, duplicateInBatch, unknownFields } = project.variants;
  const invite = readBoolean(body, "invite") === true;
  if (batchLimit !== "none" && items.length > batchLimit)
    throw invalid(`The users field must have at most ${batchLimit} members`);
  const inputs = items.map((item: unknown) => {
    if (!isJsonObject(item)) throw malformed("users must be a list of objects");
    return readUserInput(item, unknownFields);
  });

  const failures: Failure[] = [];
  const candidates: Candidate[] = [];
  for (const input of inputs) {
    const checked = attempt(() => {
      takePassword(project, input);
      return prepare(project, input);
    });
    if (checked instanceof Refusal) failures.push({ failure: checked.message, input });
    else candidates.push(checked);
  }
  if (project.variants.duplicateLoginId === "error" && !invite)
    for (const { loginIds } of candidates)
      if (ownerOf(project, loginIds) !== undefined) throw conflicting("The batch has login IDs that exist");
  if (duplicateInBatch === "error" && hasRepeated(project, candidates))
    throw conflicting("The batch has a login ID twice");

  const fresh = new Set<UserRecord>();
  const stored = new Set<UserRecord>();
  for (const candidate of candidates) {
    const owner = ownerOf(project, candidate.loginIds);
    if (owner === undefined) {
      const user = store(project, candidate, candidate.change.input.test === true);
      fresh.add(user);
      stored.add(user);
      continue;
    }
    const overwrites = fresh.has(owner)
      ? duplicateInBatch === "last-wins"
      : invite || project.variants.duplicateLoginId === "upsert";
    const outcome = overwrites ? attempt(() => upsert(project, owner, candidate)) : userExists();
    if (outcome instanceof Refusal) failures.push({ failure: outcome.message, input: candidate.change.input });
    else stored.add(outcome);
  }
  return new JsonText(writeBatch("createdUsers", stored, failures));
}

/** What the project does with the password of an item, before anything else is looked at. */
function takePassword(project: ProjectState, input: UserInput): void {
  const { batchPassword } = project.variants;
  if (input.password === undefined || input.password === "" || batchPassword === "taken") return;
  if (batchPassword === "ignored") input.password = undefined;
  else checkPassword(input.password, project.policyOf(""), input.email ?? "");
}

function attempt<T>(work: () => T): T | Refusal {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

function hasRepeated(project: ProjectState, candidates: readonly Candidate[]): boolean {
  const fold = project.variants.loginIdCase === "folded";
  const seen = new Set<string>();
  for (const { loginIds } of candidates)
    for (const loginId of loginIds) {
      const key = fold ? loginId.toLowerCase() : loginId;
      if (seen.has(key)) return true;
      seen.add(key);
    }
  return false;
}

/** Writes the answer to a batch: users that went well under a name, and those that did not. */
export function writeBatch(
  name: "createdUsers" | "patchedUsers",
  users: Iterable<UserRecord>,
  failures: readonly Failure[],
): string {
  const written: string[] = [];
  for (const user of users) written.push(writeUser(user));
  const failed = failures.map(
    ({ failure, input }) => `{"failure":${JSON.stringify(failure)},"user":${writeInput(input)}}`,
  );
  return `{"${name}":[${written.join(",")}],"failedUsers":[${failed.join(",")}],"additionalErrors":{}}`;
}

/** A user that was not stored, as far as a request says what it is. */
function writeInput(input: UserInput | undefined): string {
  const user = new UserRecord("", [], input?.test === true, 0);
  if (input !== undefined) {
    user.loginIds = input.loginId === undefined ? [] : [input.loginId];
    user.email = input.email ?? "";
    user.phone = input.phone ?? "";
    user.name = input.name ?? "";
    if (input.status !== undefined) user.status = input.status;
  }
  return writeUser(user);
}

export const createUserOperations: readonly Operation[] = [
  {
    name: "POST /v1/mgmt/user/create",
    access: "management",
    partly: "hashed passwords are refused; invitations are not sent",
    run: (call) => createOne(call, false),
  },
  {
    name: "POST /v1/mgmt/user/create/test",
    access: "management",
    partly: "hashed passwords are refused",
    run: (call) => createOne(call, true),
  },
  {
    name: "POST /v1/mgmt/user/create/batch",
    access: "management",
    partly: "hashed passwords are refused; invitations are not sent",
    run: createBatch,
  },
];
