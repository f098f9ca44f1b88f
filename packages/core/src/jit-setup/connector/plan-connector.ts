import { MigrationError } from "../../errors.ts";
import type { Connector } from "../../ports/connectors.ts";
import { canonical, type SettingDifference } from "../setting-difference.ts";
import { isOwnConnector, tellSecrets, toldSecrets } from "./wanted-connector.ts";

/** What would be done to a project's connectors. */
export interface ConnectorPlan {
  readonly operation: "create" | "update" | "none";
  /** What is sent: for an update with everything that the connector has besides. Holds the secrets. */
  readonly connector: Connector;
  readonly differences: readonly SettingDifference[];
  /** Whether it is a connector of this product, that an undo may delete. */
  readonly own: boolean;
  /** Whether nothing tells that its secrets are the right ones. */
  readonly unproven: boolean;
}

/** Which connectors were found. */
export interface FoundConnectors {
  /** Every connector; undefined where they cannot be listed. */
  readonly listed: readonly Connector[] | undefined;
  /** The one that was named, on record, or referred to by the flow, where the project lets it be read. */
  readonly read?: Connector | undefined;
  /** The ID that the operator named. */
  readonly chosenId?: string | undefined;
  /** Whether the operator says that the connector was made by hand, where the project does not let it be seen. */
  readonly trusted?: boolean | undefined;
}

/** Settings whose values the project keeps to itself. */
const SECRET_SETTINGS: ReadonlySet<string> = new Set(["bearerToken", "hmacSecret"]);
/** What stands for a secret wherever it would be shown. */
const SECRET = "[secret]";

/**
 * Compares the connector that is wanted with those that are there.
 *
 * One that was not made by this product is taken as it is when nothing differs, and changed only when its ID is given.
 *
 * @throws MigrationError `ERR_USAGE` when there is no connector with the ID, or the name belongs to another one.
 */
export function planConnector({ listed, read, chosenId, trusted }: FoundConnectors, wanted: Connector): ConnectorPlan {
  const found =
    chosenId === undefined
      ? (listed?.find(({ name }) => name === wanted.name) ?? (read?.name === wanted.name ? read : undefined))
      : (listed?.find(({ id }) => id === chosenId) ?? (read?.id === chosenId ? read : undefined));
  if (found === undefined) {
    if (trusted === true) {
      return { operation: "none", connector: { ...wanted, id: chosenId }, differences: [], own: false, unproven: true };
    }
    if (chosenId !== undefined) throw noSuchConnector();
    return { operation: "create", connector: wanted, differences: settingsOf(wanted), own: true, unproven: false };
  }
  const own = isOwnConnector(found);
  if (found.type !== wanted.type) throw nameTaken(found);
  const told = toldSecrets(wanted.description);
  const description = own ? wanted.description : tellSecrets(found.description ?? "", told);
  const differences = compare(found, wanted);
  const knowsSecrets = told === "" || toldSecrets(found.description) === told;
  if (!own && chosenId === undefined) {
    if (differences.length > 0) throw nameTaken(found);
    return { operation: "none", connector: found, differences, own, unproven: !knowsSecrets };
  }
  const all = knowsSecrets ? differences : [...differences, { setting: "secrets", from: SECRET, to: SECRET }];
  const connector: Connector = {
    ...found,
    description,
    status: "enabled",
    configuration: merge(found.configuration, wanted.configuration),
  };
  return { operation: all.length === 0 ? "none" : "update", connector, differences: all, own, unproven: false };
}

/** Differences of what can be read back. */
function compare(found: Connector, wanted: Connector): readonly SettingDifference[] {
  const status = found["status"] === "disabled" ? [{ setting: "status", from: "disabled", to: "enabled" }] : [];
  const there = new Map(leavesOf(found).map((leaf) => [leaf.setting, leaf.to]));
  const settings = leavesOf(wanted).flatMap(({ setting, to }): readonly SettingDifference[] => {
    if (!setting.startsWith("configuration.") || isSecret(setting)) return [];
    const from = there.get(setting);
    // What a connector does not say of itself is off.
    if (canonical(from) === canonical(to) || (from === undefined && isOff(to))) return [];
    return [{ setting, ...(from === undefined ? {} : { from }), to }];
  });
  return [...status, ...settings];
}

/** Every setting of a connector that is made. */
function settingsOf(wanted: Connector): readonly SettingDifference[] {
  return leavesOf(wanted).filter(({ setting }) => setting.startsWith("configuration."));
}

function isOff(value: unknown): boolean {
  return value === false || value === "none" || (Array.isArray(value) && value.length === 0);
}

/** Every setting by its path. Secrets are named, and not told. */
function leavesOf({ description: _description, status: _status, ...connector }: Connector): readonly {
  readonly setting: string;
  readonly to: unknown;
}[] {
  const leaves: { readonly setting: string; readonly to: unknown }[] = [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [key, member] of Object.entries(value)) walk(member, path === "" ? key : `${path}.${key}`);
    } else if (value !== undefined) {
      leaves.push({ setting: path, to: isSecret(path) ? SECRET : value });
    }
  };
  walk(connector, "");
  return leaves;
}

function isSecret(setting: string): boolean {
  return SECRET_SETTINGS.has(setting.slice(setting.lastIndexOf(".") + 1));
}

function merge(
  found: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const merged: Record<string, unknown> = { ...found };
  for (const [key, value] of Object.entries(wanted)) {
    const before = merged[key];
    merged[key] = isRecord(before) && isRecord(value) ? merge(before, value) : value;
  }
  return merged;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function noSuchConnector(): MigrationError {
  return new MigrationError("ERR_USAGE", "there is no connector with this ID, or the project does not let it be read", {
    suggestion: "copy the ID from the connector's page in the console, or leave it out to have one made",
  });
}

function nameTaken({ id }: Connector): MigrationError {
  return new MigrationError("ERR_USAGE", "a connector of this name exists that c2d did not make, and it differs", {
    suggestion: `to change it all the same, name it by its ID with --connector-id ${id ?? "<id>"}; to leave it alone, choose another name with --connector-name`,
  });
}
