import type { AttributeRule, UserTransform } from "@cognito-to-descope/core";
import { z } from "zod";
import { tenantId } from "./tenant-id.ts";
import { apps } from "./apps/apps-schema.ts";
import { sso } from "./sso/sso-schema.ts";
import { jitSchema } from "./jit-schema.ts";
import { settings } from "./settings.ts";
import type {
  WrittenBucket,
  WrittenConfig,
  WrittenLimits,
  WrittenMapping,
  WrittenRate,
  WrittenSource,
  WrittenTarget,
} from "./written-config.ts";

const milliseconds: z.ZodNumber = z.number().int().min(1).max(2_147_483_647);

function rate(note: string): z.ZodType<WrittenRate, WrittenRate> {
  return settings({
    requests: z.number().int().min(1).max(1_000_000_000).describe("Requests allowed in any window"),
    windowMs: milliseconds.describe("Length of the window in milliseconds"),
  }).describe(note);
}

const bucket: z.ZodType<WrittenBucket, WrittenBucket> = settings({
  requests: z.number().int().min(1).max(1_000_000_000).describe("Requests allowed in any window"),
  windowMs: milliseconds.describe("Length of the window in milliseconds"),
  penaltyMs: z
    .number()
    .int()
    .min(0)
    .max(2_147_483_647)
    .optional()
    .describe("How long everything is refused after the quota was exceeded; the window when left out"),
});

const source: z.ZodType<WrittenSource, WrittenSource> = settings({
  userPoolId: z
    .string()
    .regex(/^[\w-]+_[0-9a-zA-Z]+$/, 'must look like "us-east-1_AbCdEf123"')
    .optional()
    .describe("User pool ID. Default: COGNITO_USER_POOL_ID"),
  region: z
    .string()
    .regex(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, 'must look like "us-east-1"')
    .optional()
    .describe("AWS region. Default: the one that the user pool ID begins with"),
  profile: z.string().min(1).optional().describe("Profile of the shared AWS config files. Default: AWS_PROFILE"),
  roleArn: z
    .string()
    .regex(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'must look like "arn:aws:iam::123456789012:role/name"')
    .optional()
    .describe("Role to assume, for a pool of another AWS account"),
  externalId: z.string().min(2).optional().describe("External ID that the role's trust policy asks for"),
  endpoint: z
    .url({ protocol: /^https?$/, error: "must be a URL that begins with https:// or http://" })
    .optional()
    .describe("Takes the place of Cognito's endpoint. Default: AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"),
  shards: z
    .union([z.literal(1), z.literal(16), z.literal(256)], { error: "must be 1, 16 or 256" })
    .optional()
    .describe(
      "In how many parts the users are listed at the same time, where latency and not the quota bounds. Default: 1",
    ),
  tenant: tenantId.optional().describe("Descope tenant that every user of this pool belongs to"),
  tenantName: z
    .string()
    .regex(/^[^\p{Cc}]*[^\p{Cc}\s][^\p{Cc}]*$/u, "must be a name in one line")
    .max(100)
    .optional()
    .describe("Name of the tenant, where it has to be created. Default: its ID"),
});

const target: z.ZodType<WrittenTarget, WrittenTarget> = settings({
  projectId: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must look like "P2abc…"')
    .optional()
    .describe("Descope project ID. Default: DESCOPE_PROJECT_ID"),
  baseUrl: z
    .url({ protocol: /^https?$/, error: "must be a URL that begins with https://" })
    .optional()
    .describe("Base URL of the Descope API. Default: DESCOPE_BASE_URL, or the host of the project's region"),
  batchSize: z.number().int().min(1).max(10_000).optional().describe("Users per batch. Default: 100"),
});

const limits: z.ZodType<WrittenLimits, WrittenLimits> = settings({
  cognito: settings({
    UserList: rate("ListUsers and ListUsersInGroup, for the AWS account and region. Default: 30 in 1 s").optional(),
    UserPoolClientRead: rate("App clients. Default: 15 in 1 s").optional(),
    UserPoolRead: rate("DescribeUserPool. Default: 15 in 1 s").optional(),
    UserPoolResourceRead: rate("Groups, identity providers, MFA. Default: 20 in 1 s").optional(),
    UserResourceRead: rate("The groups of a single user. Default: 50 in 1 s").optional(),
    UserAuthentication: rate(
      "Password checks of `c2d gateway --jit`, for the account and region. Default: 120 in 1 s",
    ).optional(),
    UserRead: rate("AdminGetUser, where users are read before a check. Default: 120 in 1 s").optional(),
    UserUpdate: rate("Users that are disabled or marked once they have moved. Default: 25 in 1 s").optional(),
    perPoolOperation: rate("One operation on one pool, where Cognito caps it. Default: 5 in 1 s").optional(),
  }).optional(),
  descope: settings({
    "user-create": bucket.optional().describe("Creates and batch creates. Default: 100 in 60 s"),
    "user-update": bucket.optional().describe("Updates and searches. Default: 200 in 60 s"),
    "user-other": bucket.optional().describe("Other requests about users. Default: 500 in 60 s"),
    general: bucket.optional().describe("Everything else. Default: 1000 in 10 s"),
  }).optional(),
});

const attributeRule: z.ZodType<AttributeRule, AttributeRule> = z.union(
  [
    z.literal(false),
    settings({
      name: z.string().regex(/^[A-Za-z0-9_-]{1,20}$/, "must be 1 to 20 of letters, digits, _ and -"),
      type: z.enum(["string", "number", "boolean"]).optional(),
    }),
    settings({ field: z.enum(["name", "givenName", "middleName", "familyName", "picture"]) }),
  ],
  {
    error:
      'must be false, { name: "1 to 20 of letters, digits, _ and -", type?: "string" | "number" | "boolean" }, or { field: "name" | "givenName" | "middleName" | "familyName" | "picture" }',
  },
);

const roleName: z.ZodType<string, string> = z.string().min(1).max(100);

const mapping: z.ZodType<WrittenMapping, WrittenMapping> = settings({
  loginIds: z
    .union([z.literal("auto"), z.array(z.enum(["email", "phone", "username", "preferred_username"])).min(1)], {
      error: 'must be "auto", or a list of "email", "phone", "username", "preferred_username"',
    })
    .optional()
    .describe("Login IDs in order; `auto` follows what users sign in with in Cognito. Default: auto"),
  attributes: z
    .record(z.string().min(1), attributeRule)
    .optional()
    .describe("What becomes of an attribute, by Cognito's name: `false`, `{ name, type }` or `{ field }`"),
  groups: z
    .array(
      settings({
        group: z.string().min(1).describe("Name of the group, or a pattern with *"),
        role: z
          .union([z.literal(true), roleName], { error: "must be true, or a name of 1 to 100 characters" })
          .optional()
          .describe("Name of the role; `true` takes the group's own name; left out: no role"),
        tenant: tenantId.optional(),
      }),
    )
    .optional()
    .describe("Rules for groups; the first that matches counts. Groups without a rule become a role of their own name"),
  roleScope: z
    .enum(["project", "tenant"])
    .optional()
    .describe("Where roles that are held in a tenant are defined. Default: project"),
  providerGroups: z
    .enum(["skip", "role"])
    .optional()
    .describe("Groups that Cognito makes for identity providers. Default: skip"),
  unconfirmed: z
    .enum(["enabled", "disabled", "invited", "skip"])
    .optional()
    .describe("What UNCONFIRMED users become. Default: invited"),
  federated: z
    .enum(["import", "skip"])
    .optional()
    .describe("Users born from an external identity provider. Default: import"),
  connectionTenants: z
    .record(z.string().min(1), tenantId)
    .optional()
    .describe("Tenant of users who come through a connection, by the connection's name"),
  noContact: z
    .union(
      [
        z.literal("skip"),
        settings({ placeholderDomain: z.string().regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i) }),
      ],
      { error: 'must be "skip", or { placeholderDomain: "a domain of yours" }' },
    )
    .optional()
    .describe("Users with neither an email address nor a phone number. Default: skip"),
  duplicates: z
    .enum(["merge", "first", "skip"])
    .optional()
    .describe("Two users that want one login ID. Default: merge"),
  samePerson: z
    .enum(["ask", "verified-email", "never"])
    .optional()
    .describe("Users of different pools with one verified email address. Default: ask, which blocks the plan"),
  existing: z
    .enum(["patch-verified", "patch", "skip"])
    .optional()
    .describe("Users of the project that have a login ID of a pool user but not its sub. Default: patch-verified"),
  freshlyMigrated: z.boolean().optional().describe("Value of the attribute that marks imported users. Default: true"),
  transform: z
    .custom<UserTransform>((value) => typeof value === "function", "must be a function; only a .ts config can hold one")
    .optional()
    .describe("Changes a mapped user, or leaves it out with null. In a .ts config only"),
});

/** The config file. Everything is optional: the environment alone is enough. */
export const configSchema: z.ZodType<WrittenConfig, WrittenConfig> = settings({
  $schema: z.string().optional().describe("Where an editor finds the schema of this file"),
  source: source.optional().describe("The user pool to read"),
  sources: z.array(source).min(1).max(500).optional().describe("The user pools to read, instead of `source`"),
  target: target.optional().describe("The Descope project to write"),
  mapping: mapping.optional().describe("How users of a pool become users of a project"),
  limits: limits.optional().describe("Quotas to keep instead of the published ones"),
  sync: settings({
    gone: z
      .enum(["disable", "delete", "keep"])
      .optional()
      .describe("Users that are gone from their pool; `delete` only those that a run created. Default: disable"),
    maxGoneShare: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe("Largest share of a pool's known users that may be gone in one go. Default: 0.02"),
    everySeconds: z
      .number()
      .int()
      .min(1)
      .max(604_800)
      .optional()
      .describe("Seconds between two passes of `c2d sync --watch`. Default: 300"),
  })
    .optional()
    .describe("How `c2d sync` follows the pools"),
  sso: sso
    .optional()
    .describe("How the pools' connections become SSO settings; with it, users get their connection's tenant"),
  apps: apps.optional().describe("What becomes of the pools' app clients"),
  jit: jitSchema.optional().describe("How `c2d gateway --jit` checks passwords at the first sign-in"),
  sessions: settings({
    statistics: z
      .array(z.string().min(1).max(2000))
      .max(500)
      .optional()
      .describe("URLs, .json and .jsonl files and directories of them with the statistics of verifiers"),
    quietDays: z
      .number()
      .int()
      .min(1)
      .max(3650)
      .optional()
      .describe("Days without a token of Cognito before it may be switched off. Default: 30"),
  })
    .optional()
    .describe("Where back ends say which tokens they still get"),
  state: z
    .string()
    .min(1)
    .optional()
    .describe("State file, or URL of a PostgreSQL database without its password. Default: C2D_STATE, or .c2d/state.db"),
  report: settings({
    directory: z.string().min(1).optional().describe("Where reports are written. Default: .c2d/reports"),
  })
    .optional()
    .describe("Reports"),
});
