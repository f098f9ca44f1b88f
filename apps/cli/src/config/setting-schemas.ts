import { z } from "zod";

/** An object that takes these settings and no others, and says which there are. */
export function settings<Shape extends z.core.$ZodShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `no such setting: ${issue.keys.join(", ")}; there are ${Object.keys(shape).join(", ")}`
        : undefined,
  });
}

/** The ID of a tenant. */
export const tenantId: z.ZodType<string, string> = z
  .string()
  .regex(/^[^\p{Cc}\s/]{1,30}$/u, "must be a tenant ID of 1 to 30 characters without spaces")
  .describe("Descope tenant ID; the tenant is created where it does not exist");
