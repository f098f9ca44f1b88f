import { z } from "zod";
import { settings } from "./settings.ts";
import type { WrittenJit, WrittenJitPool, WrittenTries } from "./written-jit.ts";

const pool: z.ZodType<WrittenJitPool, WrittenJitPool> = settings({
  userPoolId: z.string().min(1).max(55).describe("One of the sources"),
  clientId: z
    .string()
    .regex(/^[\w+]{1,128}$/, "must be the ID of an app client")
    .describe("App client by which users sign in; its secret, if it has one, comes from the environment"),
  flow: z
    .enum(["public", "admin"])
    .optional()
    .describe("`admin`: with IAM rights, by ADMIN_USER_PASSWORD_AUTH. Default: public"),
  readUsers: z
    .boolean()
    .optional()
    .describe("Whether a user is read with IAM rights before its password is tried. Default: true with flow admin"),
  attributes: z
    .enum(["token", "get-user"])
    .optional()
    .describe("Where attributes come from when users are not read with IAM rights. Default: token"),
  caseSensitive: z
    .boolean()
    .optional()
    .describe("Whether names that differ by case are different users. Default: false"),
  domains: z
    .array(z.string().min(1).max(253))
    .min(1)
    .optional()
    .describe("Domains whose e-mail addresses are looked for in this pool, and in no other that does not name them"),
});

function tries(note: string, most: number): z.ZodType<WrittenTries, WrittenTries> {
  return settings({
    tries: z.number().int().min(1).max(most).describe("Tries that may fail in any window"),
    windowSeconds: z.number().int().min(1).max(86_400).describe("Length of the window in seconds"),
  }).describe(note);
}

const milliseconds = (most: number): z.ZodNumber => z.number().int().min(0).max(most);

/** How passwords are checked at the first sign-in. */
export const jitSchema: z.ZodType<WrittenJit, WrittenJit> = settings({
  pools: z
    .array(pool)
    .min(1)
    .max(500)
    .optional()
    .describe(
      "Pools at which passwords are checked, in the order in which they are asked. Default: the source, with C2D_JIT_CLIENT_ID",
    ),
  secondFactor: z
    .enum(["provision-and-step-up", "recover"])
    .optional()
    .describe("Users of whom Cognito asks for a second factor. Default: provision-and-step-up"),
  invited: z
    .enum(["leave", "try"])
    .optional()
    .describe(
      "Users with a temporary password: left to their invitation where the pool can be read, or tried. Default: leave",
    ),
  hideStatus: z
    .boolean()
    .optional()
    .describe("Whether the state of an account is told only to who knows its password. Default: false"),
  afterMigration: z
    .union(
      [
        z.enum(["keep", "disable"]),
        settings({ mark: z.string().regex(/^custom:[^\p{Cc}\s]{1,20}$/u, 'must look like "custom:migrated"') }),
      ],
      { error: 'must be "keep", "disable", or { mark: "custom:an attribute of the pool" }' },
    )
    .optional()
    .describe("What becomes of a user in the pool once it has moved. Default: keep"),
  clientAddressHeader: z
    .string()
    .regex(/^[\w-]{1,64}$/, "must be the name of a header")
    .optional()
    .describe("Header in which whoever calls puts the address of the user. Default: none, addresses are not limited"),
  // Five wrong passwords lock a user in Cognito, whoever tried them.
  triesPerUser: tries("Failed tries of one name. Default: 4 in 900 s", 4).optional(),
  triesPerAddress: tries("Failed tries from one address. Default: 60 in 900 s", 1_000_000).optional(),
  failureFloorMs: milliseconds(10_000)
    .optional()
    .describe("Milliseconds before which no failure is told. Default: 600"),
  maxQuotaWaitMs: milliseconds(10_000)
    .optional()
    .describe("Milliseconds that somebody waits for a place in Cognito's quota. Default: 1000"),
  deadlineMs: z
    .number()
    .int()
    .min(500)
    .max(60_000)
    .optional()
    .describe("Milliseconds within which there is a verdict; less than the time-out of the connector. Default: 8000"),
});
