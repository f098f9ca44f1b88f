import { resolve } from "node:path";
import { handOverSheet, type HandOverEntry } from "@cognito-to-descope/core";
import type { Invocation } from "../invocation.ts";
import { writeFileWhole } from "../output/write-file.ts";
import type { OpenApplications } from "./open-applications.ts";

/** Where the sheet for the owners of app clients is written; absent for none. */
export interface SheetOptions {
  readonly sheet?: string;
}

/** Writes what each owner of an app client has to change. */
export async function writeSheet(
  { host, output, options }: Invocation<SheetOptions>,
  { apps }: OpenApplications,
  entries: readonly HandOverEntry[],
): Promise<void> {
  if (options.sheet === undefined) return;
  const endpoints = await apps.readEndpoints({ signal: host.signal });
  const path = resolve(host.cwd, options.sheet);
  await writeFileWhole(path, [handOverSheet({ projectId: apps.projectId, endpoints, entries })]);
  output.note(`written: ${path}`);
}
