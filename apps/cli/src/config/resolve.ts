import { resolve } from "node:path";
import { DEFAULT_RULES, type MappingRules } from "@cognito-to-descope/core";
import { holdsPassword, isPostgresUrl } from "@cognito-to-descope/store";
import type { z } from "zod";
import { ConfigInvalid, type ConfigProblem } from "../errors.ts";
import { type StateLocation, stateLocation } from "../state/state-location.ts";
import type { Config, ProjectConfig, SourceConfig, TargetConfig } from "./config.ts";
import { hashConfig } from "./config-hash.ts";
import type { EnvironmentSettings } from "./env.ts";
import { NO_JIT_ENVIRONMENT } from "./jit-environment.ts";
import { attemptLimitsOf, resolveJit } from "./resolve-jit.ts";
import { checkComplete, type ConfigNeeds } from "./rules/complete.ts";
import { checkJit } from "./rules/jit-complete.ts";
import { findSecrets } from "./rules/no-secrets.ts";
import { checkSources } from "./rules/one-kind-of-source.ts";
import { configSchema } from "./schema.ts";
import type { Secret } from "./secret.ts";
import { resolveSso } from "./sso/resolve-sso.ts";
import type { WrittenConfig } from "./written-config.ts";

/** What a config is resolved from. */
export interface ConfigInput {
  /** The file's content; an empty object without a file. */
  readonly written: unknown;
  readonly file?: string | undefined;
  /** Directory that relative paths of the file begin at: its own. */
  readonly base: string;
  /**
   * The working directory, which every other relative path begins at.
   *
   * @defaultValue that of {@link base}
   */
  readonly cwd?: string;
  readonly environment: EnvironmentSettings;
  readonly needs: ConfigNeeds;
  /** Takes the place of `state` and of `C2D_STATE`. A secret, because it may be a URL with a password. */
  readonly stateOption?: Secret | undefined;
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
    ...(needs.jit === true ? checkJit(written, environment) : []),
    ...checkState("state", written.state, false),
    ...checkState("--state", input.stateOption?.reveal(), true),
    ...checkState("C2D_STATE", environment.state?.reveal(), true),
  ];
  if (problems.length > 0) throw new ConfigInvalid(input.file ?? "the environment", unique(problems));

  const remarks: string[] = [];
  const sources = resolveSources(written, environment, remarks);
  const target = resolveTarget(written, environment, remarks);
  const sso = resolveSso(written.sso, input.base);
  const rules = withoutUndefined({
    ...DEFAULT_RULES,
    ...written.mapping,
    connections: sso.isWritten ? { tenants: sso.options.tenants } : "listed",
  });
  return {
    file: input.file,
    sources,
    target,
    eventsSecret: environment.eventsSecret,
    jit: needs.jit === true ? resolveJit(written.jit ?? {}, sources, environment.jit ?? NO_JIT_ENVIRONMENT) : undefined,
    attemptLimits: attemptLimitsOf(written.jit ?? {}),
    project: resolveProject(written, environment),
    rules,
    limits: written.limits ?? {},
    sync: {
      gone: written.sync?.gone ?? "disable",
      maxGoneShare: written.sync?.maxGoneShare ?? 0.02,
      everySeconds: written.sync?.everySeconds ?? 300,
    },
    sso,
    apps: { clients: written.apps?.clients ?? {}, loginPageUrl: written.apps?.loginPageUrl ?? "" },
    sessions: {
      statistics: written.sessions?.statistics ?? [],
      quietDays: written.sessions?.quietDays ?? 30,
    },
    base: input.base,
    console: environment.console,
    state: resolveState(input, written, remarks),
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
      shards: one.shards,
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

/** The option counts before the file, and the file before the environment. */
function resolveState(
  { base, cwd = base, environment, stateOption }: ConfigInput,
  { state: written }: WrittenConfig,
  remarks: string[],
): StateLocation {
  if (stateOption !== undefined) return stateLocation(stateOption.reveal(), cwd);
  const ofEnvironment = environment.state && stateLocation(environment.state.reveal(), cwd);
  if (written === undefined) return ofEnvironment ?? stateLocation(".c2d/state.db", base);
  const ofFile = stateLocation(written, base);
  if (ofEnvironment === undefined) return ofFile;
  // The file names a database and the environment the same one with its password, which the file must not hold.
  if (ofFile.name === ofEnvironment.name) return ofEnvironment;
  remarks.push("C2D_STATE names another state store than the config file: the file counts");
  return ofFile;
}

function checkState(path: string, state: string | undefined, mayHoldPassword: boolean): readonly ConfigProblem[] {
  if (state === undefined) return [];
  if (isPostgresUrl(state)) {
    if (!URL.canParse(state)) {
      return [{ path, message: 'must look like "postgres://user@host:5432/database"' }];
    }
    return holdsPassword(state) && !mayHoldPassword
      ? [
          {
            path,
            message: "passwords come from the environment only: set C2D_STATE there to the URL with its password",
          },
        ]
      : [];
  }
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(state)
    ? [{ path, message: "must be the path of a file, or a URL that begins with postgres://" }]
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
