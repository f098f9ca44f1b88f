import { compareUser } from "../reconcile/compare-user.ts";
import type { NewProjectUser, ProjectUser } from "../project/project-user.ts";

/**
 * The names of the fields in which a user is no longer as a run created it: none when nobody touched it, not even by
 * signing in.
 *
 * Stricter than a reconcile, which takes a first sign-in for what it is: a user that is in use must not be removed.
 */
export function createdDifferences(planned: NewProjectUser, now: ProjectUser): readonly string[] {
  const fields = new Set(compareUser(planned, now, true).differences.map(({ field }) => field));
  if (planned.status !== now.status) fields.add("status");
  for (const name of new Set([...Object.keys(planned.customAttributes), ...Object.keys(now.customAttributes)])) {
    const value = planned.customAttributes[name];
    if (JSON.stringify(value) !== JSON.stringify(now.customAttributes[name])) fields.add(`customAttributes.${name}`);
  }
  if (now.credentials !== undefined) fields.add("credentials");
  return [...fields].sort();
}
