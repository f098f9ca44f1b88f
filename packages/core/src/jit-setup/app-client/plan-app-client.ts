import { MigrationError } from "../../errors.ts";
import type { PoolSignIn } from "../../pool/pool-sign-in.ts";
import type { AppClientDescription, CognitoSettings } from "../../ports/pool-settings.ts";
import type { CheckFlow } from "../jit-setup-options.ts";
import { differencesOf, type SettingDifference } from "../setting-difference.ts";
import { allowCheckFlow } from "./allow-check-flow.ts";
import { attributesReadBy } from "./readable-attributes.ts";
import { wantedAppClient } from "./wanted-app-client.ts";

/** Which app client checks passwords. */
export type AppClientChoice =
  /** One that is made for it and for nothing else, known by its name. */
  | { readonly kind: "own"; readonly name: string; readonly secret: boolean }
  /** One that is there, as it is. */
  | { readonly kind: "use"; readonly clientId: string }
  /** One that is there, with the flow allowed if it is not: a live client is changed. */
  | { readonly kind: "edit"; readonly clientId: string };

/** What was read of the clients of a pool. */
export interface ReadAppClients {
  /** Those that may be meant, whole. */
  readonly clients: readonly AppClientDescription[];
  /** The client that an earlier set-up is on record to have made. */
  readonly recordedId?: string | undefined;
}

/** What would be done to the clients of a pool. */
export interface AppClientPlan {
  readonly operation: "create" | "update" | "none";
  readonly name: string;
  /** Absent for a client that is not made yet. */
  readonly clientId?: string;
  /** Whether it has, or will have, a secret. */
  readonly hasSecret: boolean;
  /** Every setting afterwards. An update sends all of them. */
  readonly settings: CognitoSettings;
  readonly differences: readonly SettingDifference[];
  /** Whether it is a client of this product, that an undo may delete. */
  readonly own: boolean;
  /** Further clients of the same name that look as if an earlier set-up had made them. */
  readonly doubles: readonly string[];
}

/**
 * Decides which client is made, changed or left as it is.
 *
 * @throws MigrationError `ERR_USAGE` when the pool has no client of the ID, or the one of the name is somebody else's.
 */
export function planAppClient(
  pool: PoolSignIn,
  flow: CheckFlow,
  choice: AppClientChoice,
  { clients, recordedId }: ReadAppClients,
): AppClientPlan {
  if (choice.kind !== "own") {
    const found = clients.find(({ clientId }) => clientId === choice.clientId);
    if (found === undefined) throw noSuchClient(pool);
    const settings = choice.kind === "edit" ? allowCheckFlow(found.settings, flow) : found.settings;
    return planned(found, settings, differencesOf(found.settings, settings), { own: false });
  }
  const named = clients.filter(({ clientId, name }) => clientId === recordedId || name === choice.name);
  const own = named
    .filter(({ clientId, settings }) => clientId === recordedId || isOwnClient(settings))
    .toSorted((a, b) => rank(a, recordedId) - rank(b, recordedId) || (a.clientId < b.clientId ? -1 : 1));
  const [found, ...others] = own;
  const wanted = wantedAppClient(pool, flow);
  if (found === undefined) {
    if (named.length > 0) throw nameTaken();
    return {
      operation: "create",
      name: choice.name,
      hasSecret: choice.secret,
      settings: wanted,
      differences: differencesOf({}, { ...wanted, GenerateSecret: choice.secret }),
      own: true,
      doubles: [],
    };
  }
  if ((found.secret !== undefined) !== choice.secret) throw secretFixed(choice.secret);
  const told = { ...found.settings, ReadAttributes: attributesReadBy(found.settings, pool) };
  const plan = planned(found, { ...found.settings, ...wanted }, differencesOf(told, wanted), { own: true });
  return { ...plan, doubles: others.map(({ clientId }) => clientId) };
}

function planned(
  found: AppClientDescription,
  settings: CognitoSettings,
  differences: readonly SettingDifference[],
  { own }: { readonly own: boolean },
): AppClientPlan {
  return {
    operation: differences.length === 0 ? "none" : "update",
    name: found.name,
    clientId: found.clientId,
    hasSecret: found.secret !== undefined,
    settings,
    differences,
    own,
    doubles: [],
  };
}

/** A client of this product has nothing of OAuth. One of the same name that has is somebody else's. */
export function isOwnClient(settings: CognitoSettings): boolean {
  const isEmpty = (name: string): boolean => {
    const value = settings[name];
    return !Array.isArray(value) || value.length === 0;
  };
  return (
    settings["AllowedOAuthFlowsUserPoolClient"] !== true &&
    ["AllowedOAuthFlows", "AllowedOAuthScopes", "CallbackURLs", "LogoutURLs"].every(isEmpty)
  );
}

function rank({ clientId }: AppClientDescription, recordedId: string | undefined): number {
  return clientId === recordedId ? 0 : 1;
}

function noSuchClient({ userPoolId }: PoolSignIn): MigrationError {
  return new MigrationError("ERR_USAGE", `user pool ${userPoolId} has no app client of this ID`, {
    suggestion: "copy the ID from the pool's app clients, or leave it out to have one made",
  });
}

function nameTaken(): MigrationError {
  return new MigrationError("ERR_USAGE", "an app client of this name exists that c2d did not make", {
    suggestion: "choose another name with --client-name, or use that client as it is with --client <id>",
  });
}

function secretFixed(wantsSecret: boolean): MigrationError {
  return new MigrationError(
    "ERR_USAGE",
    `the app client that c2d made has ${wantsSecret ? "no secret" : "a secret"}, and that cannot be changed`,
    {
      suggestion: `${wantsSecret ? "add --no-secret" : "leave --no-secret out"}, or take it back with --undo and set up anew`,
    },
  );
}
