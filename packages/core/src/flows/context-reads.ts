import type { FlowScreen, FlowTask } from "./flow-document.ts";
import { isJsonObject, objectsOf, textOf, textsOf } from "./json.ts";

/** A path of the context that a task reads. */
export interface ContextRead {
  readonly path: string;
  /** How it is read: compared, as an argument of its own, or inside of a text. */
  readonly how: "condition" | "argument" | "text" | "screen";
}

const TEMPLATE = /\{\{\s*([^{}\s]+)\s*\}\}/g;

/** The paths inside of a text: `{{form.email}}`. */
export function pathsIn(text: string): readonly string[] {
  return [...text.matchAll(TEMPLATE)].map(([, path = ""]) => path);
}

/** A path without the braces that some exports have around it. */
function barePath(value: unknown): string {
  return textOf(value).replaceAll(/[{}\s]/g, "");
}

/** Everything of the context that a task reads, each place once. */
export function contextReads(task: FlowTask): readonly ContextRead[] {
  const found: ContextRead[] = [];
  for (const condition of task.conditions ?? [])
    for (const { target, predicate } of condition.atomicConditions ?? []) {
      if (target?.type === "context") found.push({ path: barePath(target.value), how: "condition" });
      if (predicate?.type === "context") found.push({ path: barePath(predicate.value), how: "condition" });
      for (const path of pathsIn(textOf(predicate?.value))) found.push({ path, how: "text" });
    }
  for (const [name, argument] of Object.entries(task.arguments ?? {})) {
    if (argument.type === "context") found.push({ path: barePath(argument.value), how: "argument" });
    // Code is no template: braces in it are its own.
    else if (name !== "scriptCode") readValue(argument.value, found);
  }
  for (const path of textsOf(task["contextKeys"])) found.push({ path, how: "screen" });
  return found.filter(({ path }) => path !== "");
}

/** Paths in the texts of a screen. */
export function screenReads(screen: FlowScreen | undefined): readonly ContextRead[] {
  const found: ContextRead[] = [];
  for (const node of Object.values(screen?.contents ?? {}))
    if (isJsonObject(node) && isJsonObject(node["props"]))
      for (const value of Object.values(node["props"]))
        for (const path of pathsIn(textOf(value))) if (path.includes(".")) found.push({ path, how: "screen" });
  return found;
}

function readValue(value: unknown, found: ContextRead[]): void {
  if (typeof value === "string") for (const path of pathsIn(value)) found.push({ path, how: "text" });
  for (const one of objectsOf(value)) {
    if (one["type"] === "context") found.push({ path: barePath(one["value"]), how: "argument" });
    else for (const path of pathsIn(textOf(one["value"]))) found.push({ path, how: "text" });
  }
}
