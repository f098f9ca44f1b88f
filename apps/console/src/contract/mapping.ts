import { z } from "@hono/zod-openapi";
import { type ConsoleRoute, consoleRoute, type JsonBody, jsonBody } from "./route.ts";

/** Mapping rules as the section `mapping` of a config has them, without `transform`, which is code. */
export type MappingRulesJson = Readonly<Record<string, unknown>>;

/** Something wrong with rules. */
export interface MappingProblem {
  /** Where: `loginIds`, `groups[0].tenant`; empty for the rules as a whole. */
  readonly path: string;
  readonly message: string;
}

/** The rules that hold, and where they come from. */
export interface Mapping {
  /** The config file; null while the environment alone says everything. */
  readonly file: string | null;
  /** Version of the file's text, to be given back with a change; null where there is no file. */
  readonly version: string | null;
  /** The file that a first save makes. */
  readonly newFile: string;
  /** What the file says. */
  readonly written: MappingRulesJson;
  /** What holds, with the defaults. */
  readonly effective: MappingRulesJson;
  readonly defaults: MappingRulesJson;
  /** Whether the config has a `transform`: a function that changes users after all rules. */
  readonly hasTransform: boolean;
  /** JSON Schema of the rules. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** What the pools have that rules can name, as the newest run read it. */
  readonly known: {
    readonly attributes: readonly string[];
    readonly groups: readonly string[];
    readonly connections: readonly string[];
  };
  /** The newest run that has read the pools; null where there is none. */
  readonly run: {
    readonly run: string;
    readonly users: number;
    /** Its plan was made by other rules, or for other pools. */
    readonly isStale: boolean;
  } | null;
}

/** What is wrong with rules. */
export interface MappingCheck {
  readonly problems: readonly MappingProblem[];
}

/** What the plan says about one user by some rules, before users are compared with each other. */
export interface TriedSide {
  readonly operation: "create" | "patch" | "none" | "skip" | "delete";
  readonly reason: string;
  readonly rules: readonly string[];
}

/** One user by the rules of now and by others. */
export interface TriedUser {
  readonly seq: number;
  readonly sub: string;
  readonly userPoolId: string;
  readonly kind: string;
  readonly status: string;
  /** The sign-in name, masked unless it was asked for. */
  readonly loginId: string | null;
  readonly before: TriedSide;
  readonly after: TriedSide;
  /** Fields that either side has. Null: that side has no such field. */
  readonly fields: readonly {
    readonly field: string;
    readonly before: readonly string[] | null;
    readonly after: readonly string[] | null;
    readonly differs: boolean;
  }[];
}

/** Some users by the rules of now and by others. */
export interface MappingTrial {
  readonly run: string;
  readonly masked: boolean;
  /** Users that were looked at, to find these. */
  readonly looked: number;
  /** How many of those come out differently. */
  readonly differ: number;
  readonly users: readonly TriedUser[];
  /** Whether users could be searched: the index of a large plan takes a while. */
  readonly searched: "not-asked" | "found" | "none" | "indexing";
}

/** A plan in numbers. */
export interface EffectSide {
  readonly create: number;
  readonly patch: number;
  readonly none: number;
  readonly skip: number;
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: "blocker" | "warning" | "note";
    readonly count: number;
    readonly message: string;
  }[];
}

/** How reckoning the effect of rules stands. */
export interface MappingEffectState {
  readonly state: "none" | "running" | "done" | "failed" | "cancelled";
  /** Steps of all passes over the users. */
  readonly done: number;
  readonly total: number;
  readonly effect: {
    readonly run: string;
    readonly before: EffectSide;
    readonly after: EffectSide;
    /** Groups whose members no run has read, because they did not matter by the rules of then. */
    readonly unreadGroups: readonly string[];
  } | null;
  readonly problem: string | null;
}

/** What a save would do to the file. */
export interface MappingPreview {
  readonly file: string;
  /** Lines of the file with what is added and removed, and a few around; empty where a person has to do it. */
  readonly lines: readonly { readonly kind: "same" | "added" | "removed" | "gap"; readonly text: string }[];
  /** Why the file cannot be changed from here, and what to paste into it; null where it can. */
  readonly byHand: { readonly reason: string; readonly paste: string } | null;
}

/** What a save did. */
export interface MappingSaved {
  readonly file: string;
  readonly version: string;
  /** Name of the copy of what was there before; null where there was no file. */
  readonly backup: string | null;
  /** Whether the newest plan was made by other rules now. */
  readonly planIsStale: boolean;
}

const rules: z.ZodType<MappingRulesJson> = z.record(z.string(), z.unknown());
const names = z.array(z.string());

const mappingSchema: z.ZodType<Mapping> = z
  .object({
    file: z.string().nullable(),
    version: z.string().nullable(),
    newFile: z.string(),
    written: rules,
    effective: rules,
    defaults: rules,
    hasTransform: z.boolean(),
    schema: rules,
    known: z.object({ attributes: names, groups: names, connections: names }),
    run: z.object({ run: z.string(), users: z.int(), isStale: z.boolean() }).nullable(),
  })
  .openapi("Mapping");

const checkSchema: z.ZodType<MappingCheck> = z
  .object({ problems: z.array(z.object({ path: z.string(), message: z.string() })) })
  .openapi("MappingCheck");

const tried = z.object({
  operation: z.enum(["create", "patch", "none", "skip", "delete"]),
  reason: z.string(),
  rules: names,
});

const trialSchema: z.ZodType<MappingTrial> = z
  .object({
    run: z.string(),
    masked: z.boolean(),
    looked: z.int(),
    differ: z.int(),
    users: z.array(
      z.object({
        seq: z.int(),
        sub: z.string(),
        userPoolId: z.string(),
        kind: z.string(),
        status: z.string(),
        loginId: z.string().nullable(),
        before: tried,
        after: tried,
        fields: z.array(
          z.object({
            field: z.string(),
            before: names.nullable(),
            after: names.nullable(),
            differs: z.boolean(),
          }),
        ),
      }),
    ),
    searched: z.enum(["not-asked", "found", "none", "indexing"]),
  })
  .openapi("MappingTrial");

const side = z.object({
  create: z.int(),
  patch: z.int(),
  none: z.int(),
  skip: z.int(),
  findings: z.array(
    z.object({
      rule: z.string(),
      severity: z.enum(["blocker", "warning", "note"]),
      count: z.int(),
      message: z.string(),
    }),
  ),
});

const effectSchema: z.ZodType<MappingEffectState> = z
  .object({
    state: z.enum(["none", "running", "done", "failed", "cancelled"]),
    done: z.int(),
    total: z.int(),
    effect: z.object({ run: z.string(), before: side, after: side, unreadGroups: names }).nullable(),
    problem: z.string().nullable(),
  })
  .openapi("MappingEffect");

const previewSchema: z.ZodType<MappingPreview> = z
  .object({
    file: z.string(),
    lines: z.array(z.object({ kind: z.enum(["same", "added", "removed", "gap"]), text: z.string() })),
    byHand: z.object({ reason: z.string(), paste: z.string() }).nullable(),
  })
  .openapi("MappingPreview");

const savedSchema: z.ZodType<MappingSaved> = z
  .object({ file: z.string(), version: z.string(), backup: z.string().nullable(), planIsStale: z.boolean() })
  .openapi("MappingSaved");

/** Rules to be looked at. */
export interface GivenRules {
  readonly mapping: MappingRulesJson;
}

/** Rules to be tried, and on whom. */
export interface TriedRules extends GivenRules {
  /** A user to be among those that are shown: an address, a name, a `sub`. */
  readonly search?: string | undefined;
  /** Whether personal values are shown; that is written down. */
  readonly reveal?: boolean | undefined;
}

/** Rules to be written, and into which version of the file. */
export interface SavedRules extends GivenRules {
  readonly version: string | null;
}

const given: z.ZodType<GivenRules> = z.object({ mapping: rules });
const triedRules: z.ZodType<TriedRules> = z.object({
  mapping: rules,
  search: z.string().max(200).optional(),
  reveal: z.boolean().optional(),
});
const savedRules: z.ZodType<SavedRules> = z.object({ mapping: rules, version: z.string().length(64).nullable() });

const TAG = "Mapping";
const PATH = "/api/v1/mapping";

/** Says which rules hold. */
export const readMapping: ConsoleRoute<"get", typeof PATH, Mapping> = consoleRoute({
  method: "get",
  path: PATH,
  operationId: "readMapping",
  summary: "Says which mapping rules hold, and where they come from",
  tag: TAG,
  answer: mappingSchema,
  request: {},
});

type Post<Path extends string, Answer, Body> = ConsoleRoute<"post", Path, Answer, { readonly body: JsonBody<Body> }>;

const CHECK = "/api/v1/mapping/check";

/** Says what is wrong with rules. */
export const checkMapping: Post<typeof CHECK, MappingCheck, GivenRules> = consoleRoute({
  method: "post",
  path: CHECK,
  operationId: "checkMapping",
  summary: "Says what is wrong with mapping rules, field by field",
  tag: TAG,
  answer: checkSchema,
  request: { body: jsonBody(given) },
});

const TRY = "/api/v1/mapping/try";

/** Maps some users by other rules. */
export const tryMapping: Post<typeof TRY, MappingTrial, TriedRules> = consoleRoute({
  method: "post",
  path: TRY,
  operationId: "tryMapping",
  summary: "Maps some users of the newest run by other rules, beside those of now",
  description:
    "Users of each kind and status among the first thousand, those that come out differently first. Each is looked at by itself: what several users " +
    "want at once is settled by a whole plan, which the effect makes.",
  tag: TAG,
  answer: trialSchema,
  request: { body: jsonBody(triedRules) },
});

const EFFECT = "/api/v1/mapping/effect";

/** Begins to reckon what other rules make of the plan. */
export const beginMappingEffect: Post<typeof EFFECT, MappingEffectState, GivenRules> = consoleRoute({
  method: "post",
  path: EFFECT,
  operationId: "beginMappingEffect",
  summary: "Begins to reckon what other rules would make of the plan",
  description: "In a process of its own, one at a time: another one is cancelled by it. Nothing is written to the run.",
  tag: TAG,
  answer: effectSchema,
  request: { body: jsonBody(given) },
});

/** Says how reckoning stands. */
export const readMappingEffect: ConsoleRoute<"get", typeof EFFECT, MappingEffectState> = consoleRoute({
  method: "get",
  path: EFFECT,
  operationId: "readMappingEffect",
  summary: "Says how reckoning the effect of mapping rules stands",
  tag: TAG,
  answer: effectSchema,
  request: {},
});

/** Ends it. */
export const cancelMappingEffect: ConsoleRoute<"delete", typeof EFFECT, MappingEffectState> = consoleRoute({
  method: "delete",
  path: EFFECT,
  operationId: "cancelMappingEffect",
  summary: "Cancels reckoning the effect of mapping rules",
  tag: TAG,
  answer: effectSchema,
  request: {},
});

const PREVIEW = "/api/v1/mapping/preview";

/** Says what a save would change in the file. */
export const previewMapping: Post<typeof PREVIEW, MappingPreview, SavedRules> = consoleRoute({
  method: "post",
  path: PREVIEW,
  operationId: "previewMapping",
  summary: "Says what saving mapping rules would change in the config file",
  tag: TAG,
  answer: previewSchema,
  request: { body: jsonBody(savedRules) },
});

const SAVE = "/api/v1/mapping/save";

/** Writes rules to the file. */
export const saveMapping: Post<typeof SAVE, MappingSaved, SavedRules> = consoleRoute({
  method: "post",
  path: SAVE,
  operationId: "saveMapping",
  summary: "Writes mapping rules to the config file, and keeps a copy of what was there",
  description: "Refused with `ERR_CONFIG_CHANGED` when the file is not of the version any more.",
  tag: TAG,
  answer: savedSchema,
  request: { body: jsonBody(savedRules) },
});
