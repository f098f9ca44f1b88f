import { MigrationError } from "../errors.ts";
import type { JwtTemplate } from "../ports/jwt-templates.ts";
import { JWT_TEMPLATE_TAG } from "./aws-jwt-template.ts";

/** One setting that differs. */
export interface JwtTemplateDifference {
  /** `emptyClaimPolicy`, `template.aud`. */
  readonly setting: string;
  /** Absent when the setting is. */
  readonly from?: unknown;
  readonly to: unknown;
}

/** What would be done to a project's templates. */
export interface JwtTemplatePlan {
  readonly operation: "create" | "update" | "none";
  /** What is sent: for an update with everything that the template has besides. */
  readonly template: JwtTemplate;
  readonly differences: readonly JwtTemplateDifference[];
}

/**
 * Compares the template that is wanted with those that are there.
 *
 * A template that was not made by this product is left alone, even when it has the name, unless its ID is given.
 *
 * @throws MigrationError `ERR_USAGE` when there is no template with the ID, or the name belongs to another one.
 */
export function planJwtTemplate(existing: readonly JwtTemplate[], wanted: JwtTemplate, id?: string): JwtTemplatePlan {
  const found =
    id === undefined ? existing.find(({ name }) => name === wanted.name) : existing.find((one) => one.id === id);
  if (found === undefined && id !== undefined) {
    throw new MigrationError("ERR_USAGE", "there is no JWT template with this ID", {
      suggestion: "leave the ID out to make one, or copy it from the project's settings",
    });
  }
  if (found === undefined) {
    return { operation: "create", template: wanted, differences: differencesOf({ template: {} }, wanted) };
  }
  if (id === undefined && found.tags?.includes(JWT_TEMPLATE_TAG) !== true) {
    throw new MigrationError("ERR_USAGE", "a JWT template of this name exists that c2d did not make", {
      suggestion: `to change it all the same, name it by its ID with --id ${found.id ?? ""}; to leave it alone, choose another name with --name`,
    });
  }
  // Told to change somebody else's template, its name and description stay.
  const { name: _name, description: _description, ...settings } = wanted;
  const target = id === undefined ? wanted : { ...settings, name: found.name };
  const differences = differencesOf(found, target);
  const template = {
    ...found,
    ...target,
    tags: [...new Set([...(found.tags ?? []), ...(wanted.tags ?? [])])],
    template: { ...found.template, ...target.template },
  };
  return { operation: differences.length === 0 ? "none" : "update", template, differences };
}

function differencesOf(
  found: Partial<JwtTemplate> & Pick<JwtTemplate, "template">,
  wanted: JwtTemplate,
): readonly JwtTemplateDifference[] {
  const differences: JwtTemplateDifference[] = [];
  const compare = (setting: string, from: unknown, to: unknown): void => {
    if (JSON.stringify(from) === JSON.stringify(to)) return;
    differences.push({ setting, ...(from === undefined ? {} : { from }), to });
  };
  for (const [setting, value] of Object.entries(wanted)) {
    if (setting === "template") {
      for (const [claim, to] of Object.entries(wanted.template))
        compare(`template.${claim}`, found.template[claim], to);
    } else if (setting === "tags") {
      for (const tag of wanted.tags ?? []) if (found.tags?.includes(tag) !== true) compare("tags", found.tags, [tag]);
    } else {
      compare(setting, found[setting], value);
    }
  }
  return differences;
}
