import type { ProjectTarget } from "@cognito-to-descope/core";
import { createAttributes, createRole, createTenant } from "./create-definitions.ts";
import { deleteAttributes, deleteRole, deleteTenant } from "./delete-definitions.ts";
import { deleteUsers } from "./delete-users.ts";
import { loadUser, loadUserById } from "./load-user.ts";
import { createUsers } from "./create-users.ts";
import { createManagementClient } from "./management-client.ts";
import { resolveOptions } from "./options.ts";
import type { ProjectTargetOptions } from "./options.ts";
import { readSnapshot } from "./read-snapshot.ts";
import { createUserSearch } from "./search-users.ts";
import { signIn, signInTestUser } from "./sign-in.ts";
import { createUserPatcher } from "./user-patcher.ts";

/**
 * Reads and writes a Descope project over its management API.
 *
 * Nothing is sent before the first call. One target keeps one set of quotas: make one per project and process.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` when an option is not usable.
 */
export function createProjectTarget(options: ProjectTargetOptions): ProjectTarget {
  const client = createManagementClient(resolveOptions(options));
  const search = createUserSearch(client);
  const patcher = createUserPatcher(client, search);
  return {
    projectId: client.options.projectId,
    maxUsersPerBatch: client.options.batchSize,
    readSnapshot: (callOptions = {}) => readSnapshot(client, callOptions),
    users: (callOptions = {}) => search.pages({ withTestUser: false, testUsersOnly: false }, callOptions),
    findUsers: (loginIds, callOptions = {}) => search.find(loginIds, callOptions),
    findUsersById: (userIds, callOptions = {}) => search.findById(userIds, callOptions),
    loadUser: async (loginId, callOptions = {}) => (await loadUser(client, loginId, callOptions))?.user,
    loadUserById: async (userId, callOptions = {}) => (await loadUserById(client, userId, callOptions))?.user,
    createAttributes: (definitions, callOptions = {}) => createAttributes(client, definitions, callOptions),
    createRole: (role, callOptions = {}) => createRole(client, role, callOptions),
    createTenant: (tenant, callOptions = {}) => createTenant(client, tenant, callOptions),
    async createUsers(users, callOptions = {}) {
      const answer = await createUsers(client, users, callOptions);
      search.suggestWitness(answer.done[0]?.loginIds[0]);
      return answer;
    },
    patchUsers: (patches, callOptions = {}) => patcher.patch(patches, callOptions),
    deleteUsers: (userIds, callOptions = {}) => deleteUsers(client, userIds, callOptions),
    deleteAttributes: (names, callOptions = {}) => deleteAttributes(client, names, callOptions),
    deleteRole: (role, callOptions = {}) => deleteRole(client, role, callOptions),
    deleteTenant: (tenantId, callOptions = {}) => deleteTenant(client, tenantId, callOptions),
    signIn: (loginId, callOptions = {}) => signIn(client, loginId, callOptions),
    signInTestUser: (user, method, callOptions = {}) => signInTestUser(client, user, method, callOptions),
  };
}
