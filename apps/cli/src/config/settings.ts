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
