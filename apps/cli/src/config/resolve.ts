import { resolve } from "node:path";
import { DEFAULT_RULES, type MappingRules } from "@cognito-to-descope/core";
import type { z } from "zod";
import { ConfigInvalid, type ConfigProblem } from "../errors.ts";
import type { Config, ProjectConfig, SourceConfig, TargetConfig } from "./config.ts";
import { hashConfig } from "./config-hash.ts";
import type { EnvironmentSettings } from "./env.ts";
import { checkComplete, type ConfigNeeds } from "./rules/complete.ts";
import { findSecrets } from "./rules/no-secrets.ts";
import { checkSources } from "./rules/one-kind-of-source.ts";
import { configSchema } from "./schema.ts";
import type { WrittenConfig } from "./written-config.ts";

/** What a config is resolved from. */
export interface ConfigInput {
  /** The file's content; an empty object without a file. */
  readonly written: unknown;
  readonly file?: string | undefined;
  /** Directory that relative paths begin at: the file's own, or the working directory. */
  readonly base: string;
  readonly environment: EnvironmentSettings;
  readonly needs: ConfigNeeds;
  /** Takes the place of `state`, relative to the working directory. */
  readonly stateOption?: string | undefined;
}

/**
 * Checks a config and fills in the environment and the defaults.
 *
 * @throws ConfigInvalid with everything that is wrong, at once.
 */
export function resolveConfig(input: ConfigInput): Config {
  const { environment, needs } = input;
  const parsed = configSchema.safeParse(input.written);
  // The rest is checked on whatever of the file is in order, so that all problems are named at once.
  const written = parsed.success ? parsed.data : usableParts(input.written);
  const secrets = findSecrets(input.written);
  const problems = [
    ...secrets,
    ...(parsed.success ? [] : problemsOf(parsed.error, secrets)),
    ...checkSources(written),
    ...checkComplete(written, environment, needs),
    ...checkState(written.state ?? ""),
  ];
  if (problems.length > 0) throw new ConfigInvalid(input.file ?? "the environment", unique(problems));

  const remarks: string[] = [];
  const sources = resolveSources(written, environment, remarks);
  const target = resolveTarget(written, environment, remarks);
  const rules = withoutUndefined({ ...DEFAULT_RULES, ...written.mapping });
  return {
    file: input.file,
    sources,
    target,
    project: resolveProject(written, environment),
    rules,
    limits: written.limits ?? {},
    sync: {
      gone: written.sync?.gone ?? "disable",
      maxGoneShare: written.sync?.maxGoneShare ?? 0.02,
      everySeconds: written.sync?.everySeconds ?? 300,
    },
    state: input.stateOption ?? resolve(input.base, written.state ?? ".c2d/state.db"),
    reportDirectory: resolve(input.base, written.report?.directory ?? ".c2d/reports"),
    hash: hashConfig(sources, target, rules),
    remarks,
  };
}

function resolveSources(
  { source, sources }: WrittenConfig,
  environment: EnvironmentSettings,
  remarks: string[],
): readonly SourceConfig[] {
  const { awsKeys, profile, endpoint } = environment;
  const listed =
    sources ?? (source?.userPoolId === undefined && environment.userPoolId === undefined ? [] : [source ?? {}]);
  return listed.map((one) => {
    const fromFile = one.userPoolId !== undefined;
    const userPoolId = one.userPoolId ?? environment.userPoolId ?? "";
    if (
      fromFile &&
      environment.userPoolId !== undefined &&
      sources === undefined &&
      environment.userPoolId !== userPoolId
    ) {
      remarks.push("COGNITO_USER_POOL_ID names another pool than the config file: the file counts");
    }
    // A region in the environment is often meant for something else: beside a pool of the file the pool's own counts.
    const ownRegion = /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}(?=_)/.exec(userPoolId)?.[0];
    const region = one.region ?? (fromFile ? (ownRegion ?? environment.region) : (environment.region ?? ownRegion));
    const keys = one.profile === undefined ? awsKeys : undefined;
    return {
      userPoolId,
      region,
      profile: one.profile ?? (keys === undefined ? profile : undefined),
      awsKeys: keys,
      roleArn: one.roleArn,
      externalId: one.externalId,
      endpoint: one.endpoint ?? endpoint,
      tenant: one.tenant,
      tenantName: one.tenantName,
    };
  });
}

function resolveProject({ target }: WrittenConfig, environment: EnvironmentSettings): ProjectConfig | undefined {
  const projectId = target?.projectId ?? environment.projectId;
  return projectId === undefined ? undefined : { projectId, baseUrl: target?.baseUrl ?? environment.baseUrl };
}

function resolveTarget(
  { target }: WrittenConfig,
  environment: EnvironmentSettings,
  remarks: string[],
): TargetConfig | undefined {
  const projectId = target?.projectId ?? environment.projectId;
  if (projectId === undefined || environment.managementKey === undefined) return undefined;
  if (environment.projectId !== undefined && environment.projectId !== projectId) {
    remarks.push("DESCOPE_PROJECT_ID names another project than the config file: the file counts");
  }
  return {
    projectId,
    managementKey: environment.managementKey,
    baseUrl: target?.baseUrl ?? environment.baseUrl,
    batchSize: target?.batchSize,
  };
}

function checkState(state: string): readonly ConfigProblem[] {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(state)
    ? [{ path: "state", message: "must be the path of a file; databases on a server are not supported" }]
    : [];
}

function problemsOf(error: z.ZodError, secrets: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return error.issues.flatMap((issue) => {
    const path = pathOf(issue.path);
    if (issue.code === "unrecognized_keys") {
      // A secret is named as one already.
      const keys = issue.keys.filter((key) => !secrets.some((secret) => secret.path === pathOf([...issue.path, key])));
      if (keys.length === 0) return [];
    }
    return [{ path, message: issue.message.replace(/^Invalid input: /, "").replace(/^Invalid option: /, "") }];
  });
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
}

/** Of a file that is not in order, the parts that other checks look at. */
function usableParts(written: unknown): WrittenConfig {
  const parts: Record<string, unknown> = {};
  if (typeof written !== "object" || written === null) return parts;
  if ("state" in written && typeof written.state === "string") parts["state"] = written.state;
  for (const name of ["source", "sources", "target"] as const) {
    const part = (written as Record<string, unknown>)[name];
    if (part === undefined) continue;
    const isList = Array.isArray(part);
    if (name === "sources" ? isList : typeof part === "object" && part !== null && !isList) {
      parts[name] = isList
        ? part.map((one: unknown) => (typeof one === "object" && one !== null ? one : { userPoolId: "" }))
        : part;
    } else {
      // Of the wrong kind, and reported as that: not missing besides.
      parts[name] = name === "sources" ? [] : { userPoolId: "", projectId: "" };
    }
  }
  return parts;
}

function unique(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const seen = new Map(problems.map((problem) => [`${problem.path}\n${problem.message}`, problem]));
  return [...seen.values()];
}

function withoutUndefined(rules: {
  readonly [Key in keyof MappingRules]?: MappingRules[Key] | undefined;
}): MappingRules {
  const given = Object.entries(rules).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_RULES, ...(Object.fromEntries(given) as Partial<MappingRules>) };
}
