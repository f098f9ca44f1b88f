import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "@cognito-to-descope/sandbox";
import type { WrittenLimits, WrittenRate } from "../../src/config/written-config.ts";
import { environmentOf } from "../e2e/run-c2d.ts";

const FAST: WrittenRate = { requests: 1_000_000, windowMs: 1000 };

/** Limits that no sandbox without quotas is slowed down by. */
export const FAST_LIMITS: WrittenLimits = {
  cognito: {
    UserList: FAST,
    UserPoolClientRead: FAST,
    UserPoolRead: FAST,
    UserPoolResourceRead: FAST,
    perPoolOperation: FAST,
  },
  descope: { "user-create": FAST, "user-update": FAST, "user-other": FAST, general: FAST },
};

/** Writes a config that says nothing but those limits, and what else is given. */
export function writeFastConfig(folder: string, config: object = {}): void {
  writeFileSync(join(folder, "c2d.config.json"), JSON.stringify({ limits: FAST_LIMITS, ...config }));
}

/** The environment that names a sandbox. */
export function environmentFor(sandbox: Sandbox): Record<string, string> {
  return environmentOf(sandbox);
}
