import { z } from "zod";
import { settings } from "../settings.ts";
import type { WrittenApps } from "./written-apps.ts";

/** The section `apps`. */
export const apps: z.ZodType<WrittenApps, WrittenApps> = settings({
  clients: z
    .record(z.string().min(1), z.enum(["inbound", "flows", "skip"]))
    .optional()
    .describe(
      "What an app client becomes, by its ID: an inbound application, a flow in its own code, or nothing. Default: by what it is",
    ),
  loginPageUrl: z
    .url({ protocol: /^https?$/, error: "must be a URL that begins with https:// or http://" })
    .optional()
    .describe("Page on which users of inbound applications sign in. Default: as it is in the project"),
});
