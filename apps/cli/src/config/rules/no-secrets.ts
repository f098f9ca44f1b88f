import type { ConfigProblem } from "../../errors.ts";

/** Setting names that can only mean a secret, and the variable that holds it instead. */
const SECRET_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^aws_?access_?key_?id$|^access_?key(_?id)?$/i, "AWS_ACCESS_KEY_ID"],
  [/^(aws_?)?secret_?access_?key$|^secret_?key$/i, "AWS_SECRET_ACCESS_KEY"],
  [/^(aws_?)?session_?token$/i, "AWS_SESSION_TOKEN"],
  [/^(descope_?)?management_?key$/i, "DESCOPE_MANAGEMENT_KEY"],
  [/secret|password|token$/i, ""],
];

/** Records whose keys are names of the pool. */
const BY_OWN_NAME: ReadonlySet<string> = new Set([
  "mapping.attributes",
  "mapping.connectionTenants",
  "sso.tenants",
  "sso.roles",
  "sso.groupClaims",
  "apps.clients",
]);

/** The forms of an AWS access key ID and of a Descope management key. */
const SECRET_VALUES = [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, /^K2[A-Za-z0-9]{25}:?[A-Za-z0-9]{20,}/];

/** Secrets stand in the environment only: a config file is made to be committed. */
export function findSecrets(config: unknown): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const visit = (value: unknown, path: string, byOwnName: boolean): void => {
    if (typeof value === "string") {
      if (SECRET_VALUES.some((form) => form.test(value))) {
        problems.push({ path, message: "looks like a key: secrets come from the environment only" });
      }
      return;
    }
    if (typeof value !== "object" || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      const at = Array.isArray(value) ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`;
      // Names of attributes, connections and groups are the pool's, and may be anything.
      const secret = byOwnName || Array.isArray(value) ? undefined : SECRET_NAMES.find(([form]) => form.test(name));
      if (secret !== undefined) {
        const [, variable] = secret;
        problems.push({
          path: at,
          message: `secrets come from the environment only${variable === "" ? "" : `: set ${variable} there`}`,
        });
      } else {
        visit(member, at, BY_OWN_NAME.has(at));
      }
    }
  };
  visit(config, "", false);
  return problems;
}
