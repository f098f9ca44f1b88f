import type { ProvisionCall, ProvisionTarget } from "@cognito-to-descope/core";
import { boundLimiter } from "./bounded-limiter.ts";
import { createCredentialedUsers } from "./create-users.ts";
import type { BucketName } from "./endpoints.ts";
import { loadUser } from "./load-user.ts";
import { accept, createManagementClient } from "./management-client.ts";
import { resolveOptions } from "./options.ts";
import type { ProjectTargetOptions } from "./options.ts";
import { readPasswordPolicy } from "./password-policy.ts";
import { readSnapshot } from "./read-snapshot.ts";
import { createUserSearch } from "./search-users.ts";
import { createUserPatcher } from "./user-patcher.ts";

/** How long a request waits for a place in a quota. Requests are paced before they come here, so it is seldom long. */
const MOST_PLACE_WAIT_MS = 2000;

const SET_PASSWORD = "/v1/mgmt/user/password/set/active";

const BUCKETS: Readonly<Record<ProvisionCall, BucketName>> = {
  search: "user-update",
  create: "user-create",
  change: "user-other",
};

/**
 * Reads and writes the users of a project while somebody waits for it.
 *
 * Like a project target, but it gives up soon: a request has 10 s, is tried twice, and throttling is not waited out. One target
 * keeps one set of quotas; with `createLimiter` it shares them with others.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` when an option is not usable.
 */
export function createProvisionTarget(options: ProjectTargetOptions): ProvisionTarget {
  const limiters = new Map<BucketName, { readonly allowed: number }>();
  const resolved = resolveOptions({
    ...options,
    requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
    maxThrottleWaitMs: options.maxThrottleWaitMs ?? 0,
    retry: { attempts: 2, firstDelayMs: 100, maxDelayMs: 1000, ...options.retry },
  });
  const { createLimiter, limits, clock } = resolved;
  const client = createManagementClient({
    ...resolved,
    createLimiter: (bucket, limit) => {
      const limiter = createLimiter(bucket, limit);
      limiters.set(bucket, limiter);
      return bucket === "general" ? limiter : boundLimiter(limiter, bucket, MOST_PLACE_WAIT_MS, clock);
    },
  });
  const search = createUserSearch(client);
  const patcher = createUserPatcher(client, search);
  return {
    projectId: resolved.projectId,
    maxUsersPerBatch: resolved.batchSize,
    readSnapshot: (callOptions = {}) => readSnapshot(client, callOptions),
    readPasswordPolicy: (callOptions = {}) => readPasswordPolicy(client, callOptions),
    findUsers: (loginIds, callOptions = {}) => search.find(loginIds, callOptions),
    findUsersByAttribute: (attribute, values, callOptions = {}) =>
      search.findByAttribute(attribute, values, callOptions),
    loadUser: async (loginId, callOptions = {}) => (await loadUser(client, loginId, callOptions))?.user,
    async createUsers(users, callOptions = {}) {
      const answer = await createCredentialedUsers(client, users, callOptions);
      search.suggestWitness(answer.done[0]?.loginIds[0]);
      return answer;
    },
    patchUsers: (patches, callOptions = {}) => patcher.patch(patches, callOptions),
    async setPassword(loginId, password, callOptions = {}) {
      const answer = await client.ask("POST", SET_PASSWORD, { loginId, password }, callOptions);
      accept(`POST ${SET_PASSWORD}`, answer);
    },
    quota(call) {
      const bucket = BUCKETS[call];
      const { requests, windowMs } = limits[bucket];
      return { allowed: limiters.get(bucket)?.allowed ?? requests, windowMs };
    },
  };
}
