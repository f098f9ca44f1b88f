import { assignLegalNames, ATTRIBUTE_NAME } from "./legal-names.ts";
import { type AttributeRule, type MappingRules, OWN_ATTRIBUTES, type ProfileField } from "./rules.ts";
import type { Findings } from "../findings/findings.ts";
import type { PoolObservation } from "../pool/observe-users.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { AttributeDefinition, AttributeType, ProjectSnapshot } from "../project/project-snapshot.ts";

/** Where a Cognito attribute's values go. */
export type AttributeTarget =
  | { readonly kind: "custom"; readonly name: string; readonly type: AttributeType }
  | { readonly kind: "field"; readonly field: ProfileField };

/** Where the attributes of all pools go. One table for all, so that an attribute means the same in each. */
export interface AttributeMapping {
  readonly targets: ReadonlyMap<string, AttributeTarget>;
  readonly definitions: readonly AttributeDefinition[];
}

/** Attributes that have a place of their own in a Descope user, or none by nature. */
const HANDLED_ELSEWHERE = new Set([
  "sub",
  "email",
  "email_verified",
  "phone_number",
  "phone_number_verified",
  "identities",
  "cognito:user_status",
  "cognito:mfa_enabled",
]);

/** Cognito's standard attributes that Descope has a field for. */
const PROFILE_FIELDS: Readonly<Record<string, ProfileField>> = {
  name: "name",
  given_name: "givenName",
  middle_name: "middleName",
  family_name: "familyName",
  picture: "picture",
};

/** Decides name and type of every attribute, from the pools' schemas and what their users really have. */
export function mapAttributes(
  pools: readonly { readonly pool: PoolSnapshot; readonly observation: PoolObservation }[],
  project: ProjectSnapshot,
  rules: MappingRules,
  findings: Findings,
): AttributeMapping {
  const sources = collectSources(pools);
  const targets = new Map<string, AttributeTarget>();
  const definitions = new Map<string, AttributeDefinition>();
  const unnamed: string[] = [];
  const named: string[] = [];

  for (const name of sources.keys()) {
    const rule = ruleFor(name, rules);
    if (rule === false) continue;
    if (rule !== undefined && "field" in rule) targets.set(name, rule.kind);
    else if (rule?.name === undefined) unnamed.push(name);
    else named.push(rule.name);
  }

  const names = assignLegalNames(unnamed, [...Object.values(OWN_ATTRIBUTES), ...named], ATTRIBUTE_NAME);
  for (const [source, attribute] of sources) {
    const rule = ruleFor(source, rules);
    if (rule === false || (rule !== undefined && "field" in rule)) continue;
    const name = rule?.name ?? names.get(source);
    if (name === undefined) continue;
    if (rule?.name === undefined && name !== source.replace(/^custom:/, "")) {
      findings.add("attribute-renamed", `${source} → ${name}`);
    }
    const type = rule?.type ?? chooseType(source, attribute, findings);
    const existing = definitions.get(name);
    // Two sources sent to one attribute must agree; text holds both when they do not.
    const agreed = existing === undefined || existing.type === type ? type : "string";
    definitions.set(name, { name, type: agreed, displayName: displayName(source) });
    targets.set(source, { kind: "custom", name, type: agreed });
    if (existing === undefined) continue;
    for (const [other, target] of targets) {
      if (target.kind === "custom" && target.name === name && target.type !== agreed) {
        targets.set(other, { ...target, type: agreed });
      }
    }
  }

  for (const definition of ownDefinitions(pools, rules)) definitions.set(definition.name, definition);
  for (const definition of definitions.values()) {
    const present = project.attributes.find((attribute) => attribute.name === definition.name);
    if (present !== undefined && present.type !== definition.type) {
      findings.add(
        "attribute-type-conflict",
        `${definition.name}: ${present.type} in the project, ${definition.type} here`,
      );
    }
  }
  return { targets, definitions: [...definitions.values()] };
}

interface SourceAttribute {
  readonly types: ReadonlySet<string>;
  readonly exactNumbers: boolean;
}

/** Attributes that are custom in a schema, or that a user has a value of. */
function collectSources(
  pools: readonly { readonly pool: PoolSnapshot; readonly observation: PoolObservation }[],
): ReadonlyMap<string, SourceAttribute> {
  const names = new Set<string>();
  for (const { pool, observation } of pools) {
    for (const { name } of pool.schema) if (/^(?:dev:)?custom:|^dev:/.test(name)) names.add(name);
    for (const name of Object.keys(observation.attributes)) if (!HANDLED_ELSEWHERE.has(name)) names.add(name);
  }
  const declaredTypes = pools.map(
    ({ pool }) => new Map(pool.schema.map((attribute) => [attribute.name, attribute.type])),
  );
  const sources = new Map<string, SourceAttribute>();
  for (const name of [...names].sort()) {
    const types = new Set<string>();
    let exactNumbers = true;
    for (const [index, { observation }] of pools.entries()) {
      const declared = declaredTypes[index]?.get(name);
      if (declared !== undefined) types.add(declared);
      else if (observation.attributes[name] !== undefined) types.add("String");
      exactNumbers &&= observation.attributes[name]?.exactNumbers ?? true;
    }
    sources.set(name, { types, exactNumbers });
  }
  return sources;
}

type ResolvedRule =
  | false
  | undefined
  | { readonly field: true; readonly kind: AttributeTarget }
  | { readonly name: string; readonly type?: AttributeType | undefined };

function ruleFor(source: string, rules: MappingRules): ResolvedRule {
  const rule: AttributeRule | undefined = rules.attributes[source];
  if (rule === false) return false;
  if (rule !== undefined && "field" in rule) return { field: true, kind: { kind: "field", field: rule.field } };
  if (rule !== undefined) return rule;
  const field = PROFILE_FIELDS[source];
  return field === undefined ? undefined : { field: true, kind: { kind: "field", field } };
}

function chooseType(source: string, attribute: SourceAttribute, findings: Findings): AttributeType {
  const [type] = attribute.types;
  if (attribute.types.size !== 1) return "string";
  if (type === "Boolean") return "boolean";
  if (type === "DateTime") {
    // The wire format of Descope's date type is not published.
    findings.add("attribute-datetime-as-text", source);
    return "string";
  }
  if (type !== "Number") return "string";
  if (attribute.exactNumbers) return "number";
  findings.add("attribute-number-as-text", source);
  return "string";
}

function ownDefinitions(
  pools: readonly { readonly observation: PoolObservation }[],
  rules: MappingRules,
): readonly AttributeDefinition[] {
  const federated = pools.some(({ observation }) => observation.attributes["identities"] !== undefined);
  return [
    { name: OWN_ATTRIBUTES.sub, type: "string", displayName: "Cognito sub" },
    ...(pools.length > 1 && rules.samePerson === "verified-email"
      ? [{ name: OWN_ATTRIBUTES.subs, type: "string", displayName: "Cognito subs of all pools" } as const]
      : []),
    { name: OWN_ATTRIBUTES.username, type: "string", displayName: "Cognito username" },
    ...(federated
      ? [
          {
            name: OWN_ATTRIBUTES.identities,
            type: "string",
            displayName: "Cognito identities",
          } as const,
        ]
      : []),
    { name: OWN_ATTRIBUTES.freshlyMigrated, type: "boolean", displayName: "Freshly migrated" },
  ];
}

function displayName(source: string): string {
  return source.replace(/^(?:dev:)?(?:custom:)?/, "");
}
