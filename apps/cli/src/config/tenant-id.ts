import { z } from "zod";

/** The ID of a tenant. */
export const tenantId: z.ZodType<string, string> = z
  .string()
  .regex(/^[^\p{Cc}\s/]{1,30}$/u, "must be a tenant ID of 1 to 30 characters without spaces")
  .describe("Descope tenant ID; the tenant is created where it does not exist");
