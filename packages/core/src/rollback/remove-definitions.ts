import { hasCode } from "../errors.ts";
import type { PlanDefinitions } from "../plan/plan.ts";
import type { RunContext } from "../run/run-context.ts";
import {
  definitionKey,
  definitionLabel,
  type DefinitionName,
  namesOf,
  pickDefinitions,
  presentDefinitions,
  usedBy,
} from "./definition-use.ts";

/** How often the users are read that did not show as many as the project says it has. */
const MAX_SCANS = 3;

/** The type of the event that says which definition was left, and why. */
export const DEFINITION_KEPT = "definition-kept";

/**
 * Removes the definitions that a rollback is to remove, as far as nobody holds them and nobody changed them.
 *
 * May be called again: what is gone is not there to be removed. What stays is written down as an event of the run.
 */
export async function removeDefinitions(context: RunContext, definitions: PlanDefinitions): Promise<void> {
  const { target, signal } = context;
  const { asMade, changed } = presentDefinitions(definitions, "remove", await target.readSnapshot({ signal }));
  await keep(context, namesOf(changed), "changed");
  const wanted = namesOf(asMade);
  if (wanted.length === 0) return;
  const used = await findUsed(context, new Set(wanted.map(definitionKey)));
  await keep(
    context,
    wanted.filter((name) => used.has(definitionKey(name))),
    "used",
  );
  const { roles, tenants, attributes } = pickDefinitions(asMade, (key) => !used.has(key));
  const total = roles.length + tenants.length + attributes.length;
  let removed = 0;
  const remove = async (names: readonly DefinitionName[], work: () => Promise<void>): Promise<void> => {
    signal?.throwIfAborted();
    try {
      await work();
    } catch (error) {
      if (!hasCode(error, "ERR_TARGET_REFUSED")) throw error;
      // Something hangs on it that a user of the API cannot see.
      await keep(context, names, "refused");
    }
    removed += names.length;
    context.onProgress?.({ step: "removing", removed, total });
  };
  for (const role of roles) {
    const { name, tenantId } = role;
    await remove([{ kind: "role", name, tenantId }], () => target.deleteRole(role, { signal }));
  }
  for (const { id } of tenants) {
    await remove([{ kind: "tenant", name: id }], () => target.deleteTenant(id, { signal }));
  }
  if (attributes.length > 0) {
    const names = attributes.map(({ name }) => name);
    await remove(
      names.map((name) => ({ kind: "attribute", name })),
      () => target.deleteAttributes(names, { signal }),
    );
  }
}

/**
 * The definitions, of those wanted, that a user of the project holds.
 *
 * A search may still show users that were deleted a moment ago, so each that counts is read directly first. Once somebody is
 * known to hold a definition, nobody is read for it any more.
 */
async function findUsed(context: RunContext, wanted: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const { target, signal, onProgress } = context;
  const used = new Set<string>();
  for (let scans = 1; ; scans += 1) {
    let users = 0;
    let total = 0;
    for await (const page of target.users({ signal })) {
      signal?.throwIfAborted();
      for (const shown of page.users) {
        const isOpen = (key: string): boolean => wanted.has(key) && !used.has(key);
        if (![...usedBy(shown)].some(isOpen)) continue;
        const user = await target.loadUserById(shown.userId, { signal });
        if (user !== undefined) for (const key of usedBy(user)) if (isOpen(key)) used.add(key);
      }
      users += page.users.length;
      ({ total } = page);
      onProgress?.({ step: "reading-target", users, total: Math.max(total, users) });
      if (used.size === wanted.size) return used;
    }
    if (users >= total || scans >= MAX_SCANS) return used;
  }
}

async function keep(
  { store, runId, clock }: RunContext,
  names: readonly DefinitionName[],
  why: "changed" | "used" | "refused",
): Promise<void> {
  if (names.length === 0) return;
  const known = new Set(
    (await store.readEvents(runId)).flatMap(({ type, data }) => (type === DEFINITION_KEPT ? [data["definition"]] : [])),
  );
  for (const name of names) {
    const definition = definitionLabel(name);
    if (known.has(definition)) continue;
    const data = { kind: name.kind, definition, why };
    await store.appendEvent(runId, { at: clock.now(), type: DEFINITION_KEPT, data });
  }
}
