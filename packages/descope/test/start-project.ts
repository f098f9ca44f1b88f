import { generateKeyPairSync } from "node:crypto";
import type { JsonWebKey } from "node:crypto";
import type { ProjectTarget } from "@cognito-to-descope/core";
import { startSandbox } from "@cognito-to-descope/sandbox";
import type { DescopeVariants, Sandbox } from "@cognito-to-descope/sandbox";
import type { TargetEvent } from "../src/events.ts";
import type { ProjectTargetOptions } from "../src/options.ts";
import { createProjectTarget } from "../src/project-target.ts";
import { optionsFor } from "./scripted-project.ts";

/** A sandbox's project with a target for it. */
export interface StartedProject extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly options: ProjectTargetOptions;
  readonly target: ProjectTarget;
  readonly events: readonly TargetEvent[];
}

/** One for all projects of a test file: making a key takes longer than most tests. */
let signingKey: JsonWebKey | undefined;

/** Starts a project of the sandbox. */
export async function startProject(
  variants: Partial<DescopeVariants> = {},
  change: Partial<ProjectTargetOptions> = {},
): Promise<StartedProject> {
  signingKey ??= generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
  const sandbox = await startSandbox({ only: "descope", variants, descope: { signingKey } });
  const { projectId, managementKey } = sandbox;
  const { options, events } = optionsFor(sandbox.descope, { projectId, managementKey, ...change });
  const target = createProjectTarget(options);
  return { sandbox, options, target, events, [Symbol.asyncDispose]: () => sandbox.stop() };
}
