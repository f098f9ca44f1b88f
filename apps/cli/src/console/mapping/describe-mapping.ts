import { DEFAULT_RULES, type PoolSnapshot, type StateStore } from "@cognito-to-descope/core";
import type { Mapping, MappingRulesJson } from "@cognito-to-descope/console/contract";
import { basename } from "node:path";
import { readConfigText } from "../../config-edit/config-file.ts";
import type { Config } from "../../config/config.ts";
import { configJsonSchema } from "../../config/json-schema.ts";
import { mappingOf } from "../../config/with-mapping.ts";
import { findReadRun, type ReadRun } from "../../mapping-effect/reckon-effect.ts";
import type { MappingServices } from "../mapping-services.ts";
import type { ConsoleServices } from "../services.ts";

/** The rules that hold, and what the newest run knows that they can name. */
export async function describeMapping(
  { store }: Pick<ConsoleServices, "store">,
  services: MappingServices,
): Promise<Mapping> {
  const path = services.file();
  const written = mappingOf(await services.readWritten());
  const config = await services.load(withoutCode(written));
  const found = await store.read(async (opened) => {
    const run = await readRunOf(opened);
    if (run === undefined) return undefined;
    return { run, users: await opened.countSourceUsers(run.id), pools: await opened.readPools(run.id) };
  });
  return {
    file: path === undefined ? null : basename(path),
    version: path === undefined ? null : (readConfigText(path)?.version ?? null),
    newFile: basename(services.newFile),
    written: withoutCode(written),
    effective: rulesOf(config),
    defaults: withoutCode({ ...DEFAULT_RULES, connections: undefined }),
    hasTransform: written["transform"] !== undefined,
    schema: mappingSchema(),
    known: knownOf(found?.pools ?? []),
    run: found === undefined ? null : { run: found.run.id, users: found.users, isStale: isStale(found.run, config) },
  };
}

/** The newest run that has read the pools; undefined where there is none. */
export async function readRunOf(store: StateStore): Promise<ReadRun | undefined> {
  return await findReadRun(store).catch(() => undefined);
}

/** Whether the plan of a run was made by other rules than those of a config. */
export function isStale({ configHash }: Pick<ReadRun, "configHash">, config: Config): boolean {
  return configHash !== config.hash;
}

/** Rules that JSON can hold: without `transform`, and without what the config does not write as rules. */
export function withoutCode(rules: Readonly<Record<string, unknown>>): MappingRulesJson {
  return Object.fromEntries(
    Object.entries(rules).filter(([name, value]) => name !== "transform" && value !== undefined),
  );
}

function rulesOf({ rules }: Config): MappingRulesJson {
  const { connections: _connections, ...written } = rules;
  return withoutCode(written);
}

function mappingSchema(): Readonly<Record<string, unknown>> {
  const { properties } = configJsonSchema() as { readonly properties: { readonly mapping: MappingRulesJson } };
  return properties.mapping;
}

function knownOf(pools: readonly PoolSnapshot[]): Mapping["known"] {
  const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();
  return {
    attributes: sorted(pools.flatMap(({ schema }) => schema.map(({ name }) => name))),
    groups: sorted(pools.flatMap(({ groups }) => groups.map(({ name }) => name))),
    connections: sorted(pools.flatMap(({ identityProviders }) => identityProviders.map(({ name }) => name))),
  };
}
