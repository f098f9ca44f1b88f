import { z } from "zod";
import { settings } from "../settings.ts";
import { tenantId } from "../tenant-id.ts";
import type { WrittenSso } from "./written-sso.ts";

const connectionTenant = z.union(
  [
    tenantId,
    settings({
      tenant: tenantId,
      name: z.string().min(1).max(200).optional().describe("Name of the tenant, where it has to be created"),
      ssoId: z
        .string()
        .regex(/^[\w-]{1,60}$/, "must be 1 to 60 letters, digits, hyphens or underscores")
        .optional()
        .describe("Which SSO configuration of the tenant, where it has several. Default: its first one"),
    }),
  ],
  { error: "must be a tenant ID, or { tenant, name, ssoId }" },
);

const roleName = z.string().min(1).max(100);

const connectionRoles = settings({
  defaults: z.array(roleName).optional().describe("Roles that everybody gets who comes through the connection"),
  groups: z
    .array(
      settings({
        groups: z.array(z.string().min(1)).min(1).describe("Groups of the provider"),
        role: roleName.describe("Role that their members get"),
      }),
    )
    .optional()
    .describe("Roles by groups of the provider"),
});

/** The section `sso`. */
export const sso: z.ZodType<WrittenSso, WrittenSso> = settings({
  tenants: z
    .record(z.string().min(1), connectionTenant)
    .optional()
    .describe("Tenant of a connection, by its name. Default: a tenant of its own, by its name"),
  roles: z
    .record(z.string().min(1), connectionRoles)
    .optional()
    .describe("Roles of a connection's users; `*` is for every connection without an entry"),
  groupClaims: z
    .record(z.string().min(1), z.string().min(1))
    .optional()
    .describe("Claim that holds a user's groups, by connection. What is not listed is only proposed"),
  domains: z
    .enum(["identifiers", "none"])
    .optional()
    .describe("Whether domain-shaped identifiers become domains of the tenant. Default: identifiers"),
  sharedDomains: z
    .enum(["first", "none", "all"])
    .optional()
    .describe("A domain that connections of several tenants claim. Default: first"),
  existing: z
    .enum(["keep", "replace"])
    .optional()
    .describe("SSO settings of a tenant that c2d did not make. Default: keep"),
  skip: z.array(z.string().min(1)).optional().describe("Connections that are left out"),
  redirectUrl: z
    .url({ protocol: /^https?$/, error: "must be a URL that begins with https:// or http://" })
    .optional()
    .describe("Where users go after a sign-in that names no other place. Default: as it is in the project"),
  upstreamClient: z
    .union([z.string().min(1), z.record(z.string().min(1), z.string().min(1))], {
      error: "must be the ID of an app client, or one for each pool ID",
    })
    .optional()
    .describe("App client through which Cognito stays upstream of connections without a custom domain"),
  upstreamVia: z
    .union([z.literal("address"), settings({ bridge: z.string().min(1).describe("Host of the bridge") })], {
      error: 'must be "address", or { bridge: "a host" }',
    })
    .optional()
    .describe("Who tells Cognito the provider then: the address in the settings, or the bridge. Default: address"),
  metadata: settings({
    privateAddresses: z.boolean().optional().describe("Fetch from private addresses too. Default: false"),
    http: z.boolean().optional().describe("Fetch over plain http too, for rehearsals. Default: false"),
    caFile: z.string().min(1).optional().describe("File with further certificate authorities in PEM"),
  })
    .optional()
    .describe("How the metadata of providers is fetched"),
  product: z.string().min(1).optional().describe("Name of the product, in texts for administrators"),
});
