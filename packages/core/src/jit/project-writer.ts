import { hasCode, MigrationError } from "../errors.ts";
import { subsOf } from "../mapping/cognito-subs.ts";
import { foldLoginId } from "../mapping/fold-login-id.ts";
import { plannedLoginIds } from "../mapping/map-user.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { Clock } from "../ports/clock.ts";
import type { RateLimit, RateLimiter } from "../limits/rate-limiter.ts";
import type { ProvisionCall, ProvisionTarget } from "../ports/provision-target.ts";
import type { BatchAnswer } from "../ports/project-target.ts";
import type { NewProjectUser, ProjectUser, ProjectUserPatch } from "../project/project-user.ts";
import { createCoalescer } from "./coalescer.ts";
import { decideProvisioning, hasOwnPassword, type ProvisioningStep } from "./decide-provisioning.ts";
import type { ProvisionOutcome } from "./jit-provisioner.ts";
import { createPacer, type Pacer, paceTogether } from "./pacer.ts";
import type { PendingSignIn, PendingSignIns } from "./pending-sign-ins.ts";
import { FLAG_WINDOW_MS, SCARCE_LOOK_UP_MS } from "./writer-pace.ts";

/** Brings users into the project, many with each call. The rules are in `README.md` beside this file. */
export interface ProjectWriter {
  add(entry: PendingSignIn): void;
  /** Milliseconds until a user who comes now is looked up. */
  waitMs(): number;
  /** Forgets those that nobody waits for any more. */
  sweep(): void;
  /** Whether there is anything to be written that nobody waits for. */
  readonly isBusy: boolean;
}

/** Something for the log: what the project did, never who it was about. */
export type ProvisionEvent =
  /** The project could not be asked, or did not answer in a way that says what happened. */
  | { readonly type: "fault"; readonly call: string; readonly code: string }
  /** The project refused to change the attributes of a user, whose password is in place. */
  | { readonly type: "patch-refused" }
  /** The project took no password, though its policy seemed to allow it. */
  | { readonly type: "password-refused" }
  /** The project refused the data of a user. */
  | { readonly type: "user-refused" };

/** What a writer is made of. */
export interface ProjectWriterOptions {
  readonly target: ProvisionTarget;
  readonly clock: Clock;
  readonly pending: PendingSignIns;
  /** See {@link CoalescerOptions.windowMs}. */
  readonly windowMs: number;
  /** Makes a limiter that all processes share which bring users into the project. */
  readonly sharedPace?: ((call: ProvisionCall, limit: RateLimit) => RateLimiter) | undefined;
  readonly onEvent: (event: ProvisionEvent) => void;
  /** Hears of every user who has a password in the project now, whoever still waits for it. */
  readonly onProvisioned: (user: PendingSignIn, outcome: Provisioned) => void;
}

/** A user was brought into the project. */
export type Provisioned = Extract<ProvisionOutcome, { readonly kind: "provisioned" }>;

interface ToCreate {
  readonly entry: PendingSignIn;
  readonly planned: NewProjectUser;
}

interface ToPatch {
  readonly entry: PendingSignIn;
  readonly existing: ProjectUser;
  readonly patch: ProjectUserPatch;
}

interface ToSet {
  readonly entry: PendingSignIn;
  readonly step: Extract<ProvisioningStep, { kind: "update" }>;
}

interface ToFlag {
  readonly patch: ProjectUserPatch;
}

/** How often a user is looked up, once what was found or sent did not hold. */
const MAX_ROUNDS = 4;

/** Where nothing else says when to come again. */
const SOON_MS = 1000;

/** Makes a writer; nothing is sent before the first user. */
export function createProjectWriter(options: ProjectWriterOptions): ProjectWriter {
  const { target, clock, pending, windowMs, sharedPace, onEvent, onProvisioned } = options;
  const pacerOf = (call: ProvisionCall): Pacer =>
    createPacer(clock, () => target.quota(call), sharedPace && ((limit) => sharedPace(call, limit)));
  const pacers = {
    search: pacerOf("search"),
    create: pacerOf("create"),
    change: pacerOf("change"),
  };
  /** Login IDs of users that are being created. */
  const claims = new Map<string, PendingSignIn>();
  /** Falls when the project turns out to take smaller batches only. */
  let batchSize = target.maxUsersPerBatch;
  const isWanted = ({ entry }: { readonly entry: PendingSignIn }): boolean => pending.isWanted(entry);

  const lookUps = createCoalescer<PendingSignIn>({
    clock,
    // Which of the two a search draws from is not documented.
    pacer: paceTogether(pacers.search, pacers.change),
    size: () => target.maxUsersPerBatch,
    // By `sub`, and by login ID.
    cost: () => 2,
    concurrency: 4,
    windowMs,
    scarceWindowMs: SCARCE_LOOK_UP_MS,
    isWanted: (entry) => pending.isWanted(entry),
    send: (entries) => guard("search", entries, () => lookUp(entries)),
  });
  const creates = createCoalescer<ToCreate>({
    clock,
    pacer: pacers.create,
    size: () => batchSize,
    concurrency: 16,
    windowMs,
    isWanted: ({ entry }) => isWanted({ entry }) && isInTime(entry),
    send: (items) => guard("create", entriesOf(items), () => create(items)),
  });
  const patches = createCoalescer<ToPatch>({
    clock,
    pacer: pacers.change,
    size: () => target.maxUsersPerBatch,
    concurrency: 4,
    windowMs,
    isWanted,
    send: (items) => guard("change", entriesOf(items), () => patch(items)),
  });
  /** Users who have a password now and are let in already. What an import would change is done for them before. */
  const flags = createCoalescer<ToFlag>({
    clock,
    pacer: pacers.change,
    size: () => target.maxUsersPerBatch,
    concurrency: 2,
    windowMs: FLAG_WINDOW_MS,
    scarceWindowMs: FLAG_WINDOW_MS,
    isWanted: () => true,
    send: sendFlags,
  });
  const passwords = createCoalescer<ToSet>({
    clock,
    pacer: pacers.change,
    size: () => 1,
    concurrency: 32,
    windowMs: 0,
    isWanted: ({ entry }) => isWanted({ entry }) && isInTime(entry),
    send: (items) => guard("change", entriesOf(items), () => setPassword(items)),
  });

  function settle(entry: PendingSignIn, outcome: ProvisionOutcome): void {
    release(entry);
    if (outcome.kind === "provisioned" && pending.find(entry.key) === entry) onProvisioned(entry, outcome);
    pending.settle(entry, outcome);
  }

  function release(entry: PendingSignIn): void {
    for (const id of plannedLoginIds(entry.planned)) if (claims.get(id) === entry) claims.delete(id);
  }

  /** Whether there is time for a call, by how long calls took lately. */
  function isInTime(entry: PendingSignIn): boolean {
    return entry.sent || clock.monotonic() + typicalMs <= pending.deadlineOf(entry);
  }

  /** How long a write took lately, in milliseconds. */
  let typicalMs = 0;
  function took(startedAt: number): void {
    const ms = clock.monotonic() - startedAt;
    typicalMs = ms > typicalMs ? ms : typicalMs + (ms - typicalMs) / 10;
  }

  /** Runs a call for some users; what it throws is an outcome of all of them that have none yet. */
  async function guard(
    call: "search" | "create" | "change",
    entries: readonly PendingSignIn[],
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      onEvent({ type: "fault", call, code: codeOf(error) });
      let outcome: ProvisionOutcome = { kind: "unavailable" };
      if (hasCode(error, "ERR_TARGET_THROTTLED")) {
        const retryAfterMs = Math.max(SOON_MS, error.retryAfterMs ?? target.quota(call).windowMs);
        pacers[call].hold(retryAfterMs);
        outcome = { kind: "throttled", retryAfterMs };
      }
      for (const entry of entries) settle(entry, outcome);
    }
  }

  async function lookUp(entries: readonly PendingSignIn[]): Promise<void> {
    const [bySub, byLoginId] = await Promise.all([
      target.findUsersByAttribute(
        OWN_ATTRIBUTES.sub,
        entries.map(({ sub }) => sub),
      ),
      target.findUsers(entries.flatMap(({ planned }) => [planned.loginId, ...planned.additionalLoginIds])),
    ]);
    const index = indexUsers([...bySub, ...byLoginId]);
    for (const entry of entries) route(entry, index(entry));
  }

  function route(entry: PendingSignIn, matches: readonly ProjectUser[]): void {
    const step = decideProvisioning(entry.planned, matches, entry.rules, entry.fits);
    switch (step.kind) {
      case "refuse":
        settle(entry, { kind: "refused", reason: step.reason });
        return;
      case "create":
        addCreate(entry, step.planned);
        return;
      case "update":
        update(entry, step);
        return;
      default:
        step satisfies never;
    }
  }

  function addCreate(entry: PendingSignIn, planned: NewProjectUser): void {
    const ids = plannedLoginIds(planned);
    const owner = ids.map((id) => claims.get(id)).find((held) => held !== undefined && held !== entry);
    if (owner !== undefined) {
      // Somebody else who wants one of the login IDs is being created: what is left is known afterwards.
      void pending.settled(owner).then(() => lookUps.add(entry));
      return;
    }
    if (isHopeless(entry, creates.waitMs(creates.waiting))) return;
    for (const id of ids) claims.set(id, entry);
    creates.add({ entry, planned });
  }

  function update(entry: PendingSignIn, step: Extract<ProvisioningStep, { kind: "update" }>): void {
    if (
      step.setsPassword &&
      step.existing.customAttributes[OWN_ATTRIBUTES.freshlyMigrated] !== true &&
      !entry.readDirectly
    ) {
      void guard("change", [entry], () => readDirectly(entry, step.existing));
      return;
    }
    if (step.setsPassword) {
      if (!isHopeless(entry, passwords.waitMs(passwords.waiting))) passwords.add({ entry, step });
      return;
    }
    if (step.patch === undefined) finish(entry, step.existing, "unchanged");
    else patchOrFlag(entry, step.existing, step.patch);
  }

  /**
   * Whoever is not marked as freshly migrated should have a credential. A search that does not know of it yet must not be the
   * reason that it is replaced.
   */
  async function readDirectly(entry: PendingSignIn, { loginIds }: ProjectUser): Promise<void> {
    entry.readDirectly = true;
    pacers.change.take(1);
    const user = await target.loadUser(loginIds[0] ?? entry.planned.loginId);
    if (user === undefined) again(entry, () => lookUps.add(entry));
    else route(entry, [user]);
  }

  /** Refuses at once whoever would wait in vain. */
  function isHopeless(entry: PendingSignIn, waitMs: number): boolean {
    if (clock.monotonic() + waitMs + typicalMs <= pending.deadlineOf(entry)) return false;
    settle(entry, { kind: "throttled", retryAfterMs: Math.ceil(waitMs) });
    return true;
  }

  /** The user is as it should be, and has a password, unless the project takes none of his. */
  function finish(entry: PendingSignIn, user: ProjectUser, operation: "updated" | "unchanged"): void {
    const held = entry.passwordSet || hasOwnPassword(user);
    if (!entry.fits && !held) {
      settle(entry, { kind: "refused", reason: "password-policy" });
      return;
    }
    settle(entry, {
      kind: "provisioned",
      operation: entry.created ? "created" : operation,
      loginId: loginIdFor(entry, user),
      password: entry.passwordSet ? "set" : "kept",
    });
  }

  async function create(items: readonly ToCreate[]): Promise<void> {
    const wanted = items.filter(isWanted);
    if (wanted.length === 0) return;
    for (const { entry } of wanted) entry.sent = true;
    let answer: BatchAnswer;
    const startedAt = clock.monotonic();
    try {
      answer = await target.createUsers(
        wanted.map(({ entry, planned }) =>
          entry.fits ? { user: captured(planned), password: entry.password } : { user: planned },
        ),
      );
    } catch (error) {
      if (hasCode(error, "ERR_TARGET_ANSWER_LOST")) return lookUpLost(entriesOf(wanted));
      if (hasCode(error, "ERR_TARGET_REFUSED")) return createHalves(wanted);
      throw error;
    }
    took(startedAt);
    const done = indexUsers(answer.done);
    const refused = new Set(answer.refused.flatMap(({ loginIds }) => loginIds.map(foldLoginId)));
    for (const { entry, planned } of wanted) {
      const user = done(entry).find((found) => isSame(entry, found));
      if (user !== undefined) created(entry, user);
      else if (plannedLoginIds(planned).some((id) => refused.has(id))) await settleRefused(entry);
      else await lookUpLost([entry]);
    }
  }

  function created(entry: PendingSignIn, user: ProjectUser): void {
    entry.created = true;
    if (!entry.fits || hasOwnPassword(user)) {
      entry.passwordSet = entry.fits;
      finish(entry, user, "updated");
      return;
    }
    // Nobody documents that a batch takes passwords: whoever came without one gets it by itself.
    passwords.add({ entry, step: { kind: "update", existing: user, setsPassword: true } });
  }

  /** The whole batch was refused and no culprit named: halves find it. */
  async function createHalves(items: readonly ToCreate[]): Promise<void> {
    const [only] = items;
    if (items.length === 1 && only !== undefined) return settleRefused(only.entry);
    const middle = Math.ceil(items.length / 2);
    const before = refusals;
    for (const half of [items.slice(0, middle), items.slice(middle)]) {
      pacers.create.take(1);
      await guard("create", entriesOf(half), () => create(half));
    }
    // Nobody in it was refused alone: the batch was too large, and so would every further one be.
    if (refusals === before) batchSize = Math.min(batchSize, middle);
  }
  let refusals = 0;

  /**
   * The project refused one user: because it is there already, by our own doing or somebody else's; because of its password; or
   * because of the rest.
   */
  async function settleRefused(entry: PendingSignIn): Promise<void> {
    refusals += 1;
    const matches = await loadOwners(entry);
    if (matches.length > 0) {
      again(entry, () => route(entry, matches));
      return;
    }
    if (entry.fits) {
      // Without the password it is known whether that was the reason. If so the user is there as an import leaves it.
      entry.fits = false;
      onEvent({ type: "password-refused" });
      again(entry, () => addCreate(entry, entry.planned));
      return;
    }
    onEvent({ type: "user-refused" });
    settle(entry, { kind: "refused", reason: "refused" });
  }

  /** The write may or may not have happened: the project is asked user by user. */
  async function lookUpLost(entries: readonly PendingSignIn[]): Promise<void> {
    for (const entry of entries) {
      // Whoever does not wait any more is found by its next sign-in.
      if (pending.deadlineOf(entry) <= clock.monotonic()) {
        settle(entry, { kind: "unavailable" });
        continue;
      }
      const matches = await loadOwners(entry);
      const own = matches.find((user) => isSame(entry, user));
      if (own !== undefined) created(entry, own);
      else again(entry, () => route(entry, matches));
    }
  }

  async function loadOwners(entry: PendingSignIn): Promise<readonly ProjectUser[]> {
    const { loginId, additionalLoginIds } = entry.planned;
    const owners = new Map<string, ProjectUser>();
    for (const id of [loginId, ...additionalLoginIds]) {
      pacers.change.take(1);
      const owner = await target.loadUser(id);
      if (owner !== undefined) owners.set(owner.userId, owner);
    }
    return [...owners.values()];
  }

  /** Another round, if the last ones left hope. */
  function again(entry: PendingSignIn, next: () => void): void {
    release(entry);
    entry.rounds += 1;
    if (entry.rounds >= MAX_ROUNDS) settle(entry, { kind: "unavailable" });
    else next();
  }

  async function setPassword([item]: readonly ToSet[]): Promise<void> {
    if (item === undefined) return;
    const { entry, step } = item;
    const { existing, patch: following } = step;
    entry.sent = true;
    const startedAt = clock.monotonic();
    try {
      await target.setPassword(existing.loginIds[0] ?? entry.planned.loginId, entry.password);
      took(startedAt);
      entry.passwordSet = true;
    } catch (error) {
      if (!hasCode(error, "ERR_TARGET_REFUSED")) throw error;
      // Somebody may have deleted the user meanwhile. Otherwise there is nothing but the password to refuse.
      if (error.status !== 404) {
        entry.fits = false;
        onEvent({ type: "password-refused" });
      }
      again(entry, () => lookUps.add(entry));
      return;
    }
    if (following === undefined) finish(entry, existing, "updated");
    else patchOrFlag(entry, existing, following);
  }

  /** A user is let in once everything but the mark is in place: without it, the next sign-in asks here again. */
  function patchOrFlag(entry: PendingSignIn, existing: ProjectUser, following: ProjectUserPatch): void {
    if (!isFlagOnly(following)) {
      patches.add({ entry, existing, patch: following });
      return;
    }
    flags.add({ patch: following });
    finish(entry, existing, "updated");
  }

  async function sendFlags(items: readonly ToFlag[]): Promise<void> {
    try {
      const { done } = await target.patchUsers(items.map((item) => item.patch));
      if (done.length < items.length) onEvent({ type: "patch-refused" });
    } catch (error) {
      onEvent({ type: "fault", call: "change", code: codeOf(error) });
      if (hasCode(error, "ERR_TARGET_THROTTLED")) pacers.change.hold(error.retryAfterMs ?? SOON_MS);
    }
  }

  async function patch(items: readonly ToPatch[]): Promise<void> {
    for (const { entry } of items) entry.sent = true;
    let answer: BatchAnswer;
    try {
      answer = await target.patchUsers(items.map((item) => item.patch));
    } catch (error) {
      if (!hasCode(error, "ERR_TARGET_REFUSED")) throw error;
      await patchHalves(items);
      return;
    }
    const done = new Map(answer.done.map((user) => [user.userId, user]));
    for (const { entry, existing } of items) {
      const patched = done.get(existing.userId);
      if (patched === undefined) onEvent({ type: "patch-refused" });
      finish(entry, patched ?? existing, patched !== undefined || entry.passwordSet ? "updated" : "unchanged");
    }
  }

  async function patchHalves(items: readonly ToPatch[]): Promise<void> {
    if (items.length === 1) {
      for (const { entry, existing } of items) {
        onEvent({ type: "patch-refused" });
        finish(entry, existing, entry.passwordSet ? "updated" : "unchanged");
      }
      return;
    }
    const middle = Math.ceil(items.length / 2);
    for (const half of [items.slice(0, middle), items.slice(middle)]) {
      pacers.change.take(1);
      await guard("change", entriesOf(half), () => patch(half));
    }
  }

  return {
    add: (entry) => lookUps.add(entry),
    waitMs: () => lookUps.waitMs(lookUps.waiting),
    get isBusy() {
      return flags.isBusy;
    },
    sweep() {
      for (const coalescer of [lookUps, creates, patches, passwords]) coalescer.sweep();
      for (const [id, entry] of claims) if (pending.find(entry.key) !== entry) claims.delete(id);
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof MigrationError ? error.code : "ERR_TARGET_UNEXPECTED";
}

/** Whether a patch says nothing but that the user is not freshly migrated any more. */
function isFlagOnly({ loginId: _loginId, customAttributes = {}, ...others }: ProjectUserPatch): boolean {
  const names = Object.keys(customAttributes);
  return Object.keys(others).length === 0 && names.length === 1 && names[0] === OWN_ATTRIBUTES.freshlyMigrated;
}

function entriesOf(items: readonly { readonly entry: PendingSignIn }[]): readonly PendingSignIn[] {
  return items.map(({ entry }) => entry);
}

/** The user as one whose password is in place. */
function captured(planned: NewProjectUser): NewProjectUser {
  return { ...planned, customAttributes: { ...planned.customAttributes, [OWN_ATTRIBUTES.freshlyMigrated]: false } };
}

function isSame({ sub }: PendingSignIn, user: ProjectUser): boolean {
  return subsOf(user.customAttributes).includes(sub);
}

/** The login ID that the user knows: what it signed in with, if that is one. */
function loginIdFor({ username, planned }: PendingSignIn, { loginIds }: ProjectUser): string {
  const typed = foldLoginId(username);
  return loginIds.find((id) => foldLoginId(id) === typed) ?? loginIds[0] ?? planned.loginId;
}

/** Finds the users that have the `sub` of a sign-in, or a login ID that it wants. */
function indexUsers(users: readonly ProjectUser[]): (entry: PendingSignIn) => readonly ProjectUser[] {
  const bySub = new Map<string, ProjectUser>();
  const byLoginId = new Map<string, ProjectUser>();
  for (const user of users) {
    for (const sub of subsOf(user.customAttributes)) bySub.set(sub, user);
    for (const id of user.loginIds) byLoginId.set(foldLoginId(id), user);
  }
  return ({ sub, planned }) => {
    const found = new Map<string, ProjectUser>();
    const add = (user: ProjectUser | undefined): void => {
      if (user !== undefined) found.set(user.userId, user);
    };
    add(bySub.get(sub));
    for (const id of plannedLoginIds(planned)) add(byLoginId.get(id));
    return [...found.values()];
  };
}
