import {
  applyJitSetup,
  type AppliedJitSetup,
  consoleSteps,
  isNothingToDo,
  type JitSetupPlan,
  type JitSetupRecord,
  type JitSetupRequest,
  planJitSetup,
  undoJitSetup,
} from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";
import { JIT_ENV_FILE } from "../config/jit-env-file.ts";
import { clientSecretVariable } from "../config/jit-environment.ts";
import { confirm } from "../confirm.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { writeByHand } from "../jit-setup/by-hand-files.ts";
import { makeRequest } from "../jit-setup/make-request.ts";
import { openSetup, type OpenSetup } from "../jit-setup/open-setup.ts";
import { printSetup, printUndo, setupDocument } from "../jit-setup/print-setup.ts";
import { recordByName } from "../jit-setup/record-by-name.ts";
import { readSetupState } from "../jit-setup/read-state.ts";
import { readSetupRecord, RECORD_FILE, writeSetupRecord } from "../jit-setup/record-file.ts";
import { type EnvLines, prepareSecrets, writeSecretsFile } from "../jit-setup/secrets-file.ts";
import { checkSetupOptions, type SetupOptions } from "../jit-setup/setup-options.ts";
import { printable } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";
import { observationsOf } from "../state/observations-of.ts";

/** Sets up what just-in-time migration needs on both sides, or takes it back. */
export const jitSetup: Command<SetupOptions> = async (invocation) => {
  const { options } = invocation;
  checkSetupOptions(options);
  const config = await prepareConfig(invocation, { source: true, target: true });
  using setup = openSetup(config, options.userPoolId);
  return options.undo === true ? await undo(invocation, config, setup) : await set(invocation, config, setup);
};

async function set(invocation: Invocation<SetupOptions>, config: Config, setup: OpenSetup): Promise<number> {
  const { host, output, options } = invocation;
  const { signal } = host;
  const projectId = config.target?.projectId ?? "";
  const record = readSetupRecord(host.cwd, projectId);
  const prepared = options.direct === true ? undefined : prepareSecrets(host, options.rotate ?? false);
  const request = makeRequest(options, {
    config,
    sources: config.sources.filter(({ userPoolId }) => setup.ports.pools.has(userPoolId)),
    region: setup.sources[0]?.source.region ?? "",
    secrets: prepared?.secrets ?? { token: "", hmacSecret: "" },
    template: await readTemplate(options.template, setup, signal),
  });
  const { flowId } = request.makeFlow({}).document;
  const before = { record, observations: await readObservations(config, projectId) };
  const state = await readSetupState(request, setup, before, { ...options, flowId }, { signal });
  const plan = planJitSetup(request, state);
  printSetup(plan, output);
  const blocked = plan.findings.some(({ severity }) => severity === "blocker");
  const files = await writeFiles(invocation, projectId, request, plan);
  if (options.dryRun === true) {
    output.line("dry run: nothing was written to either service");
    output.document({ ...setupDocument(plan), written: false, byHand: [], files, secretsFile: null });
    return blocked ? EXIT_CODES.blocked : EXIT_CODES.done;
  }
  const nothing = isNothingToDo(plan);
  if (!nothing && !blocked) {
    await confirm(
      invocation,
      `Set this up in ${setup.sources.map(({ source }) => source.userPoolId).join(", ")} and ${projectId}?`,
    );
  }
  // Before the connector gets them: a secret that nobody knows would have to be made anew.
  const early = nothing || blocked || prepared === undefined ? false : await writeSecretsFile(host.cwd, prepared.lines);
  const applied = await applyJitSetup(plan, request, setup.ports, {
    record,
    byHand: options.byHand,
    keepRecord: (kept) => writeSetupRecord(host.cwd, kept),
    signal,
  });
  const lines = await clientLines(applied, setup, signal);
  const late = prepared !== undefined && (await writeSecretsFile(host.cwd, { ...prepared.lines, ...lines }));
  report(invocation, { plan, request, applied, nothing, wroteSecrets: early || late });
  output.document({
    ...setupDocument(plan),
    clients: applied.clients.map(({ userPoolId, clientId, name }, at) => ({
      userPoolId,
      clientId,
      name,
      operation: plan.clients[at]?.operation,
      hasSecret: plan.clients[at]?.hasSecret,
      differences: plan.clients[at]?.differences,
    })),
    connectorId: applied.connectorId ?? null,
    written: !nothing,
    byHand: applied.byHand,
    files,
    secretsFile: early || late ? JIT_ENV_FILE : null,
  });
  const isIncomplete = applied.byHand.length > 0 && options.byHand !== true;
  return isIncomplete ? EXIT_CODES.incomplete : EXIT_CODES.done;
}

/** A set-up makes no state store where there is none: then nobody has seen the users. */
async function readObservations(
  { state }: Config,
  projectId: string,
): Promise<Awaited<ReturnType<typeof observationsOf>>> {
  if (!(await state.exists())) return new Map();
  await using store = await state.open();
  return await observationsOf(store, projectId);
}

async function readTemplate(
  flowId: string | undefined,
  { ports }: OpenSetup,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<OpenSetup["ports"]["flows"]["read"]>>> {
  if (flowId === undefined) return undefined;
  const template = await ports.flows.read(flowId, { signal });
  if (template !== undefined) return template;
  const known = (await ports.flows.list({ signal })).map((flow) => flow.flowId);
  throw usageError(
    "the project has no flow of the ID that --template names",
    `it has ${known.length === 0 ? "none" : known.join(", ")}`,
  );
}

async function writeFiles(
  { host, output, options }: Invocation<SetupOptions>,
  projectId: string,
  { connector }: JitSetupRequest,
  { missing, document }: JitSetupPlan,
): Promise<readonly string[]> {
  if (options.output === undefined) return [];
  const files = await writeByHand(options.output, host.cwd, { projectId, connector, document, missing });
  output.line(`wrote ${files.length} files to ${printable(options.output)} for what is made by hand`);
  return files;
}

/** What the gateway needs to know of the app clients. */
async function clientLines({ clients }: AppliedJitSetup, { ports }: OpenSetup, signal: AbortSignal): Promise<EnvLines> {
  const lines: Record<string, string> = {};
  const [only, ...more] = clients;
  if (only !== undefined && more.length === 0) lines["C2D_JIT_CLIENT_ID"] = only.clientId;
  for (const { userPoolId, clientId } of clients) {
    const client = await ports.pools.get(userPoolId)?.readAppClient(clientId, { signal });
    const name = more.length === 0 ? "C2D_JIT_CLIENT_SECRET" : clientSecretVariable(userPoolId);
    if (client?.secret !== undefined) lines[name] = client.secret.reveal();
  }
  return lines;
}

interface Reported {
  readonly plan: JitSetupPlan;
  readonly request: JitSetupRequest;
  readonly applied: AppliedJitSetup;
  readonly nothing: boolean;
  readonly wroteSecrets: boolean;
}

function report(
  { output, options }: Invocation<SetupOptions>,
  { plan, request, applied, nothing, wroteSecrets }: Reported,
): void {
  output.line(nothing ? "everything is as it should be: nothing was written" : "set up");
  if (!nothing) output.line(`what was made stands in ${RECORD_FILE}: c2d jit setup --undo takes it back`);
  if (wroteSecrets) {
    output.line(
      `the gateway's secrets stand in ${JIT_ENV_FILE}, which c2d gateway --jit reads; keep it out of version control`,
    );
  }
  if (request.route === "gateway" && (applied.clients.length > 1 || request.flow === "admin")) {
    const pools = applied.clients.map(({ userPoolId, clientId }) => ({
      userPoolId,
      clientId,
      ...(request.flow === "admin" ? { flow: "admin" } : {}),
    }));
    output.line(`the config of the gateway needs: "jit": ${JSON.stringify({ pools })}`);
  }
  reportByHand({ output, options }, { request, applied });
  const flow = `the flow ${printable(plan.flow.flowId)} to your application`;
  output.line(
    options.gateway === undefined
      ? `try a sign-in of your own, then give ${flow}`
      : `try it out with c2d jit check --gateway ${printable(options.gateway)}, then give ${flow}`,
  );
}

function reportByHand(
  { output, options }: Pick<Invocation<SetupOptions>, "output" | "options">,
  { request, applied }: Pick<Reported, "request" | "applied">,
): void {
  const { byHand, flowId } = applied;
  if (byHand.length === 0) return;
  if (options.byHand === true) {
    output.line(`${byHand.join(" and ")} are left to you: see ${printable(options.output ?? "")}`);
    return;
  }
  output.line();
  if (byHand.includes("connector")) {
    output.line(output.style("yellow", "the project does not let connectors be made over its API: make it by hand"));
    for (const step of consoleSteps({ connector: request.connector, flowId })) output.line(`  ${step}`);
  } else {
    output.line(
      output.style("yellow", "the project does not let flows be written over its API: import the file by hand"),
    );
  }
  if (options.output === undefined) {
    output.line("the flow, a Terraform file and files of a snapshot are written with --output <directory>");
  }
}

async function undo(invocation: Invocation<SetupOptions>, config: Config, setup: OpenSetup): Promise<number> {
  const { host, output, options } = invocation;
  const projectId = config.target?.projectId ?? "";
  const kept = readSetupRecord(host.cwd, projectId);
  const record = isEmpty(kept) ? await recordByName(setup, projectId, options, { signal: host.signal }) : kept;
  const { steps, written } = await undoJitSetup(setup.ports, {
    record: restricted(record, setup),
    keepRecord: (left) => writeSetupRecord(host.cwd, { ...left, clients: [...left.clients, ...others(record, setup)] }),
    signal: host.signal,
    async mayWrite(planned) {
      printUndo(planned, output);
      if (options.dryRun === true) return false;
      await confirm(
        invocation,
        "Take this back? Users whose password was not captured yet can no longer sign in by it.",
      );
      return true;
    },
  });
  if (steps.length === 0) {
    output.line(`nothing is on record in ${RECORD_FILE}, nor to be found by its name`);
  } else if (written) {
    output.line("taken back; custom attributes, roles and tenants stay, because the import needs them too");
    output.line(`${JIT_ENV_FILE} stays too: delete it unless you set up again`);
  } else if (options.dryRun === true) {
    output.line("dry run: nothing was written to either service");
  } else {
    printUndo(steps, output);
    output.line("nothing is left to take back");
  }
  output.document({ steps: steps.map(({ settings: _settings, ...step }) => step), written });
  return EXIT_CODES.done;
}

function isEmpty({ clients, connector, flow }: JitSetupRecord): boolean {
  return clients.length === 0 && connector === undefined && flow === undefined;
}

/** The record without clients of pools that are not meant. */
function restricted(record: JitSetupRecord, { ports }: OpenSetup): JitSetupRecord {
  return { ...record, clients: record.clients.filter(({ userPoolId }) => ports.pools.has(userPoolId)) };
}

function others(record: JitSetupRecord, { ports }: OpenSetup): JitSetupRecord["clients"] {
  return record.clients.filter(({ userPoolId }) => !ports.pools.has(userPoolId));
}
