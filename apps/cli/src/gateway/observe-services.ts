import type { PoolCalls } from "@cognito-to-descope/cognito/authenticate";
import type { ProvisionTarget } from "@cognito-to-descope/core";
import type { ObserveCall } from "@cognito-to-descope/gateway";

/** Lets metrics and traces see the calls of a pool. A refusal is an answer; a call without one has failed. */
export function observePoolCalls(calls: PoolCalls, observe: ObserveCall): PoolCalls {
  const hasFailed = ({ kind }: { readonly kind: string }): boolean => kind !== "answer";
  return {
    send: (operation, input, timeoutMs) =>
      observe({ service: "cognito", operation }, () => calls.send(operation, input, timeoutMs), hasFailed),
    sendSigned: (operation, input, timeoutMs) =>
      observe({ service: "cognito", operation }, () => calls.sendSigned(operation, input, timeoutMs), hasFailed),
    [Symbol.dispose]: () => calls[Symbol.dispose](),
  };
}

/** Lets metrics and traces see what is asked of the project for users. */
export function observeProvisionTarget(target: ProvisionTarget, observe: ObserveCall): ProvisionTarget {
  const as = <T>(operation: string, run: () => Promise<T>): Promise<T> =>
    observe({ service: "descope", operation }, run);
  return {
    ...target,
    findUsers: (loginIds, options) => as("find-users", () => target.findUsers(loginIds, options)),
    findUsersByAttribute: (attribute, values, options) =>
      as("find-users", () => target.findUsersByAttribute(attribute, values, options)),
    loadUser: (loginId, options) => as("load-user", () => target.loadUser(loginId, options)),
    createUsers: (users, options) => as("create-users", () => target.createUsers(users, options)),
    patchUsers: (patches, options) => as("patch-users", () => target.patchUsers(patches, options)),
    setPassword: (loginId, password, options) =>
      as("set-password", () => target.setPassword(loginId, password, options)),
  };
}
