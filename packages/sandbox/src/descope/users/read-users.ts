/** Loading and deleting users, and what is known of their sign-ins. */

import { readBoolean, readStrings } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { JsonText, nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import { malformed, missing, userNotFound } from "../refusal.ts";
import { answerUser, namedUser } from "./update-users.ts";
import { writeUsers } from "./user-answer.ts";
import type { UserRecord } from "./user-record.ts";

function remove({ project }: Call, user: UserRecord): void {
  project.sessions.closeAll(user.userId);
  project.users.remove(user);
  project.audit.note("UserDeleted", user, project.clock());
}

function historyOf({ project }: Call, userIds: readonly string[]): readonly JsonObject[] {
  return userIds.flatMap((userId) =>
    (project.users.byUserId(userId)?.extras.signIns ?? []).map((signIn) => ({
      userId,
      ...signIn,
      city: "",
      country: "",
    })),
  );
}

export const readUserOperations: readonly Operation[] = [
  {
    name: "GET /v1/mgmt/user",
    access: "management",
    run: ({ project, query }) => {
      const userId = query.get("userId") ?? "";
      const loginId = query.get("loginId") ?? "";
      if (userId === "" && loginId === "") throw missing("Missing loginId or userId");
      const user = userId === "" ? project.users.find(loginId) : project.users.byUserId(userId);
      if (user === undefined) throw userNotFound();
      return answerUser(user);
    },
  },
  {
    name: "POST /v1/mgmt/users/load",
    access: "management",
    fields: ["userIds", "includeInvalidUsers"],
    run: ({ project, body }) => {
      const userIds = readStrings(body, "userIds") ?? [];
      if (userIds.length === 0) throw missing("Missing userIds");
      const lenient = readBoolean(body, "includeInvalidUsers") ?? false;
      const found: UserRecord[] = [];
      for (const userId of userIds) {
        const user = project.users.byUserId(userId);
        if (user !== undefined) found.push(user);
        else if (!lenient) throw userNotFound();
      }
      return new JsonText(`{"users":${writeUsers(found)},"total":${found.length}}`);
    },
  },
  {
    name: "POST /v1/mgmt/user/delete",
    access: "management",
    fields: ["loginId", "userId", "identifier"],
    run: (call) => {
      remove(call, namedUser(call));
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/user/delete/batch",
    access: "management",
    fields: ["userIds"],
    run: (call) => {
      const userIds = readStrings(call.body, "userIds") ?? [];
      if (userIds.length === 0) throw missing("Missing userIds");
      const { users, variants } = call.project;
      const found = [...new Set(userIds)].map((userId) => users.byUserId(userId));
      if (variants.deleteUnknownUser === "refused" && found.includes(undefined)) throw userNotFound();
      for (const user of found) if (user !== undefined) remove(call, user);
      return nothing;
    },
  },
  {
    name: "DELETE /v1/mgmt/user/test/delete/all",
    access: "management",
    run: (call) => {
      for (const user of call.project.users.test().slice()) remove(call, user);
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/user/logout",
    access: "management",
    fields: ["loginId", "userId", "sessionTypes"],
    run: (call) => {
      call.project.sessions.closeAll(namedUser(call).userId);
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/user/history",
    access: "management",
    run: (call) => {
      const ids = call.rawBody;
      if (!Array.isArray(ids) || !ids.every((id) => typeof id === "string"))
        throw malformed("The body must be a list of user IDs");
      return historyOf(call, ids);
    },
  },
  {
    name: "POST /v2/mgmt/user/history",
    access: "management",
    fields: ["userIds"],
    run: (call) => ({
      usersAuthHistory: historyOf(call, readStrings(call.body, "userIds") ?? []),
    }),
  },
  {
    name: "POST /v1/mgmt/user/passkeys/list",
    access: "management",
    fields: ["loginId"],
    partly: "users have no passkeys here: the list is empty",
    run: (call) => {
      namedUser(call);
      return { passkeys: [] };
    },
  },
  {
    name: "POST /v1/mgmt/user/passkeys/delete",
    access: "management",
    fields: ["loginId"],
    partly: "users have no passkeys here",
    run: (call) => {
      namedUser(call);
      return nothing;
    },
  },
];
