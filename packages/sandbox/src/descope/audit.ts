/** The audit trail: what happened to users, newest kept. */

import { readBoolean, readInteger, readObject, readString, readStrings, requireString } from "./json-fields.ts";
import type { JsonObject } from "./json-fields.ts";
import { nothing } from "./operation.ts";
import type { Call, Operation } from "./operation.ts";
import { invalid } from "./refusal.ts";
import type { UserRecord } from "./users/user-record.ts";

/** One thing that happened. */
export interface AuditEvent {
  readonly action: string;
  /** Milliseconds since the epoch. */
  readonly occurred: number;
  readonly userId: string;
  readonly loginIds: readonly string[];
  readonly tenants: readonly string[];
  readonly method: string;
  readonly remoteAddress: string;
  readonly data: JsonObject;
}

const longestLookBackMs = 30 * 24 * 3_600_000;
const mostAnswered = 1000;

/** Keeps the latest events. */
export class AuditTrail {
  #events: AuditEvent[] = [];
  readonly #capacity: number;

  constructor(capacity = 20_000) {
    this.#capacity = capacity;
  }

  add(event: AuditEvent): void {
    this.#events.push(event);
    if (this.#events.length >= this.#capacity * 2) this.#events = this.#events.slice(-this.#capacity);
  }

  /** Notes what happened to a user. */
  note(action: string, user: UserRecord, occurred: number, method = "", remoteAddress = ""): void {
    const tenants = user.memberships.map(({ tenant }) => tenant.id);
    const { userId, loginIds } = user;
    this.add({ action, occurred, userId, loginIds, tenants, method, remoteAddress, data: {} });
  }

  /** The events, oldest first. */
  events(): readonly AuditEvent[] {
    return this.#events.slice(-this.#capacity);
  }
}

function answerEvent(projectId: string, event: AuditEvent): JsonObject {
  return {
    projectId,
    userId: event.userId,
    action: event.action,
    occurred: String(event.occurred),
    device: "",
    method: event.method,
    geo: "",
    remoteAddress: event.remoteAddress,
    externalIds: event.loginIds,
    tenants: event.tenants,
    data: event.data,
    type: "info",
    actorId: "",
  };
}

function search({ project, body }: Call): JsonObject {
  const list = (key: string): readonly string[] => readStrings(body, key) ?? [];
  const within = (wanted: readonly string[], values: readonly string[]): boolean =>
    wanted.length === 0 || values.some((value) => wanted.includes(value));
  const now = project.clock();
  const from = Math.max(readInteger(body, "from") ?? 0, now - longestLookBackMs);
  const to = readInteger(body, "to") || Number.MAX_SAFE_INTEGER;
  const text = (readString(body, "text") ?? "").toLowerCase();
  const noTenants = readBoolean(body, "noTenants") === true;
  const excluded = list("excludedActions");
  const [userIds, actions, methods] = [list("userIds"), list("actions"), list("methods")];
  const [externalIds, tenants, addresses] = [list("externalIds"), list("tenants"), list("remoteAddresses")];
  const found = project.audit
    .events()
    .filter(
      (event) =>
        event.occurred >= from &&
        event.occurred <= to &&
        !excluded.includes(event.action) &&
        within(userIds, [event.userId]) &&
        within(actions, [event.action]) &&
        within(methods, [event.method]) &&
        within(addresses, [event.remoteAddress]) &&
        within(externalIds, event.loginIds) &&
        (noTenants ? event.tenants.length === 0 : within(tenants, event.tenants)) &&
        JSON.stringify(event).toLowerCase().includes(text),
    );
  const ordered = readBoolean(body, "oldestFirst") === true ? found : found.toReversed();
  const size = readInteger(body, "size") || mostAnswered;
  if (size < 1 || size > mostAnswered) throw invalid(`The size field must be from 1 to ${mostAnswered}`);
  const start = (readInteger(body, "page") ?? 0) * size;
  return {
    audits: ordered.slice(start, start + size).map((event) => answerEvent(project.projectId, event)),
    total: found.length,
  };
}

export const auditOperations: readonly Operation[] = [
  {
    name: "POST /v1/mgmt/audit/search",
    access: "management",
    partly: "creation, deletion and sign-in of users and events of one's own are noted; the rest is not",
    run: search,
  },
  {
    name: "POST /v1/mgmt/audit/event",
    access: "management",
    run: ({ project, body, request }) => {
      const user = project.users.byUserId(readString(body, "userId") ?? "");
      project.audit.add({
        action: requireString(body, "action"),
        occurred: project.clock(),
        userId: readString(body, "userId") ?? "",
        loginIds: user?.loginIds ?? [],
        tenants: [readString(body, "tenantId") ?? ""].filter((id) => id !== ""),
        method: "",
        remoteAddress: request.remoteAddress,
        data: readObject(body, "data") ?? {},
      });
      return nothing;
    },
  },
];
