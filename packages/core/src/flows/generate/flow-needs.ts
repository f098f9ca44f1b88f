import type { FlowDocument } from "../flow-document.ts";
import { argumentOf } from "../flow-graph.ts";
import { objectsOf, textOf, textsOf } from "../json.ts";
import { contextReads } from "../context-reads.ts";

/** What a flow asks of the project that it runs in. */
export interface FlowNeeds {
  /** Names of connectors. */
  readonly connectors: readonly string[];
  /** IDs of OAuth providers. */
  readonly oauthProviders: readonly string[];
  /** Names of custom attributes of users. */
  readonly customAttributes: readonly string[];
  /** Names of roles. */
  readonly roles: readonly string[];
  /** IDs of flows that it calls. */
  readonly flows: readonly string[];
  /** Authentication methods that must be switched on. */
  readonly methods: readonly FlowMethod[];
}

/** An authentication method of a project. */
export type FlowMethod = "password" | "magic-link" | "otp-email" | "otp-sms" | "passkeys" | "totp" | "oauth" | "sso";

const METHODS: readonly (readonly [pattern: RegExp, method: FlowMethod])[] = [
  [/^password-/, "password"],
  [/-magic-link-/, "magic-link"],
  [/-otp-email$/, "otp-email"],
  [/-otp-sms$/, "otp-sms"],
  [/^webauthn-/, "passkeys"],
  [/totp/, "totp"],
  [/^oauth-start/, "oauth"],
  [/^saml-start/, "sso"],
];

/** Says what a flow needs, each in alphabetical order. */
export function flowNeeds(document: FlowDocument): FlowNeeds {
  const connectors = new Set(Object.keys(document.references?.connectors ?? {}));
  const [oauthProviders, customAttributes, flows] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const methods = new Set<FlowMethod>();
  const attribute = (path: string): void => {
    const name = /(?:^|\.)customAttributes\.([\w-]+)/.exec(path)?.[1];
    if (name !== undefined) customAttributes.add(name);
  };
  for (const task of Object.values(document.contents.tasks)) {
    const action = textOf(task.action);
    for (const [pattern, method] of METHODS) if (pattern.test(action)) methods.add(method);
    for (const { path } of contextReads(task)) attribute(path);
    for (const one of objectsOf(argumentOf(task, "userPropertiesDefinitions"))) attribute(textOf(one["key"]));
    if (action.startsWith("oauth-start")) oauthProviders.add(textOf(argumentOf(task, "defaultProvider")));
    if (task.type === "flow") flows.add(textOf(argumentOf(task, "flowId")));
  }
  const roles = document.references?.["roles"];
  const sorted = <Name extends string>(names: Iterable<Name>): readonly Name[] =>
    [...new Set(names)].filter((name) => name !== "").sort();
  return {
    connectors: sorted(connectors),
    oauthProviders: sorted(oauthProviders),
    customAttributes: sorted(customAttributes),
    roles: sorted(Array.isArray(roles) ? textsOf(roles) : Object.keys(roles ?? {})),
    flows: sorted(flows),
    methods: sorted(methods),
  };
}
