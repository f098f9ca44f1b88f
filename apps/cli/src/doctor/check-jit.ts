import { OWN_ATTRIBUTES, type PoolSnapshot, stricterPasswordRules } from "@cognito-to-descope/core";
import { createProvisionTarget } from "@cognito-to-descope/descope";
import { openTarget, targetOptions } from "../open-target.ts";
import { showError } from "../errors.ts";
import { type CheckContext, type CheckResult, ok } from "./check.ts";

/** How many pools are named, of those that a finding is about. */
const SHOWN_POOLS = 3;

/**
 * Checks what capturing passwords at sign-in needs of the project: attributes, and a password policy that is no stricter than
 * those of the pools.
 */
export async function* checkJit(context: CheckContext, pools: readonly PoolSnapshot[]): AsyncGenerator<CheckResult> {
  yield* checkAttributes(context);
  if (pools.length > 0) yield* checkPasswordPolicies(context, pools);
}

/** Attributes that each captured user needs, with the types that the management API has for them. */
const NEEDED: readonly (readonly [name: string, type: string])[] = [
  [OWN_ATTRIBUTES.sub, "string"],
  [OWN_ATTRIBUTES.username, "string"],
  [OWN_ATTRIBUTES.freshlyMigrated, "boolean"],
];

async function* checkAttributes({ config, signal }: CheckContext): AsyncGenerator<CheckResult> {
  const check = "attributes of imported users";
  try {
    const { attributes } = await openTarget(config).readSnapshot({ signal });
    const types = new Map(attributes.map(({ name, type }) => [name, type]));
    const wrong = NEEDED.filter(([name, type]) => types.has(name) && types.get(name) !== type);
    const missing = NEEDED.filter(([name]) => !types.has(name)).map(([name]) => name);
    if (wrong.length > 0) {
      yield {
        check,
        result: "warn",
        detail: wrong.map(([name, type]) => `${name} is ${types.get(name)}, and not ${type}`).join("; "),
        advice: "attributes do not change their type: delete them in the console where nobody uses them",
      };
    } else if (missing.length === 0) yield ok(check, NEEDED.map(([name]) => name).join(", "));
    else if (config.jit === undefined) yield ok(check, `${missing.join(", ")} not there yet: an import makes them`);
    else {
      yield {
        check,
        result: "warn",
        detail: `${missing.join(", ")} not there: passwords cannot be captured without them`,
        advice: "`c2d apply` makes them with an import, `c2d jit setup` without one",
      };
    }
  } catch {
    signal.throwIfAborted();
    // What is wrong with the project was said before.
  }
}

async function* checkPasswordPolicies(
  { config, signal }: CheckContext,
  pools: readonly PoolSnapshot[],
): AsyncGenerator<CheckResult> {
  const check = "password policy";
  try {
    const policy = await createProvisionTarget(targetOptions(config)).readPasswordPolicy({ signal });
    const poolsByRule = new Map<string, string[]>();
    for (const { userPoolId, passwordPolicy } of pools) {
      for (const rule of stricterPasswordRules(passwordPolicy, policy)) {
        poolsByRule.set(rule, [...(poolsByRule.get(rule) ?? []), userPoolId]);
      }
    }
    if (poolsByRule.size === 0) yield ok(check, "the project asks no more of a password than the pools");
    for (const [rule, ids] of poolsByRule) {
      const more = ids.length > SHOWN_POOLS ? ` and ${ids.length - SHOWN_POOLS} more` : "";
      yield {
        check,
        result: "warn",
        detail: `the project asks for ${rule}; not so ${ids.slice(0, SHOWN_POOLS).join(", ")}${more}`,
        advice:
          "users whose password lacks it have to choose a new one at their first sign-in: loosen the policy in the Descope console until they have signed in",
      };
    }
  } catch (error) {
    signal.throwIfAborted();
    const { message, code } = showError(error);
    yield {
      check,
      result: "warn",
      detail: `cannot be read: ${message} (${code})`,
      advice: "give the management key the right to read password settings",
    };
  }
}
