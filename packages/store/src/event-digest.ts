import { createHash } from "node:crypto";
import type { Digest } from "@cognito-to-descope/core";

/** What events are chained with. */
export const eventDigest: Digest = {
  sha256: (text) => createHash("sha256").update(text).digest("hex"),
};
