import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { TargetScan } from "../ports/state-store.ts";
import type { RunContext } from "./run-context.ts";

/** How often a scan is repeated that did not find as many users as the project says it has. */
const MAX_SCANS = 3;

/**
 * Reads every user of the project into the store.
 *
 * The project gives no snapshot: users that are written meanwhile shift its pages. So a scan that found fewer users
 * than the project counts is repeated into the same set, where a user counts once.
 */
export async function scanTarget(context: RunContext, scan: TargetScan): Promise<void> {
  const { runId, store, target, signal } = context;
  await store.beginTargetScan(runId, scan);
  for (let scans = 1; ; scans += 1) {
    let total = 0;
    let users = 0;
    for await (const page of target.users({ signal })) {
      signal?.throwIfAborted();
      await store.appendTargetUsers(runId, scan, page.users, OWN_ATTRIBUTES.sub);
      users += page.users.length;
      total = page.total;
      context.onProgress?.({ step: "reading-target", users, total: Math.max(total, users) });
    }
    await store.finishTargetScan(runId, scan);
    if (scans >= MAX_SCANS || (await store.countTargetUsers(runId, scan)) >= total) return;
  }
}
