import { join } from "node:path";
import {
  applyOidcReverse,
  descopeApiUrl,
  type OidcReversePlan,
  type OidcReverseResult,
  undoOidcReverse,
} from "@cognito-to-descope/core";
import { createFederatedApps, createFlows } from "@cognito-to-descope/descope";
import { canAsk, confirm } from "../confirm.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { openBeforeImages } from "../oidc/before-images.ts";
import { createHttpProbe } from "../oidc/http-probe.ts";
import { oneSource, openOneSource } from "../oidc/one-source.ts";
import { flowDocument, printCheck, printDifferences, printFlowNote } from "../oidc/print-setup.ts";
import { targetOptions } from "../open-target.ts";
import type { Output } from "../output/output.ts";
import { printFindings } from "../output/print-findings.ts";
import { printable } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";

interface ReverseOptions {
  readonly userPoolId?: string;
  readonly client?: readonly string[];
  readonly providerName: string;
  readonly appName: string;
  readonly flow: string;
  /** False where the flow is somebody's own. */
  readonly makeFlow: boolean;
  readonly loginPageUrl?: string;
  readonly defaultApp?: boolean;
  readonly dryRun?: boolean;
  readonly undo?: boolean;
}

/** Makes Descope an identity provider of the pool, or takes that back. */
export const oidcReverse: Command<ReverseOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: true });
  const target = targetOptions(config);
  const source = oneSource(config, options.userPoolId);
  using pool = openOneSource(source);
  const settings = pool.settings();
  const apps = createFederatedApps(target);
  const flows = createFlows(target);
  const { projectId } = target;
  const { providerName, appName } = options;
  if (!/^[^_\p{Z}\p{Cc}][^\p{Z}\p{Cc}]{0,31}$/u.test(providerName) || providerName === "COGNITO") {
    throw usageError("a provider's name must be 1 to 32 characters without spaces, and not begin with _");
  }
  if (options.undo === true) return await undo(invocation, { settings, apps, flows, projectId });

  const images = openBeforeImages(join(config.reportDirectory, "..", "oidc"), source.userPoolId);
  const result = await applyOidcReverse(
    { source: pool, settings, apps, flows, probe: createHttpProbe() },
    {
      projectId,
      providerName,
      appName,
      loginPageUrl: options.loginPageUrl ?? loginPage(projectId, target.baseUrl, options.flow),
      defaultApp: options.defaultApp ?? false,
      flowId: options.makeFlow ? options.flow : undefined,
      clientIds: options.client ?? [],
      endpoint: source.endpoint,
      signal: host.signal,
      async mayWrite(plan) {
        printPlan(plan, providerName, output);
        if (options.dryRun === true) return false;
        const live = plan.clients.filter(({ operation }) => operation === "update");
        if (live.length > 0 && options.yes !== true && !canAsk(invocation)) {
          throw usageError("this changes live app clients, and nobody is there to be asked", "add --yes");
        }
        await confirm(invocation, `Let users of ${source.userPoolId} sign in through ${projectId}?`);
        for (const { clientId, name, settings: after } of live) {
          const before = await settings.readAppClient(clientId);
          if (before === undefined) continue;
          await images.keep({ userPoolId: source.userPoolId, clientId, name, before: before.settings, after });
          output.line(`what the app client ${clientId} was is kept in ${images.pathOf(clientId)}`);
        }
        return true;
      },
    },
  );
  report(invocation, result, source.userPoolId);
  if (result.blocked) return EXIT_CODES.blocked;
  if (options.dryRun === true) return EXIT_CODES.done;
  return result.manual || result.checks.some(({ check }) => !check.ok) ? EXIT_CODES.incomplete : EXIT_CODES.done;
};

/** Where Descope shows a flow: a host of its own, unless the project is reached somewhere else. */
function loginPage(projectId: string, baseUrl: string | undefined, flow: string): string {
  const query = `flow=${encodeURIComponent(flow)}`;
  const api = descopeApiUrl(projectId, baseUrl);
  const hosted = /^https:\/\/api\.(?:([a-z0-9]+)\.)?descope\.com$/.exec(api);
  if (hosted === null) return `${api}/login/${projectId}?${query}`;
  return `https://auth.${hosted[1] === undefined ? "" : `${hosted[1]}.`}descope.io/${projectId}?${query}`;
}

function printPlan(
  { app, provider, clients, flow, redirectUri }: OidcReversePlan,
  providerName: string,
  output: Output,
): void {
  if (app.operation === "create" || app.operation === "update") {
    output.line(
      `${app.operation === "create" ? "create" : "change"} the application "${printable(app.app.name)}" in the project`,
    );
    printDifferences(app.differences, output);
    output.line(`  users come back to ${redirectUri}`);
  }
  if (provider.operation !== "none") {
    output.line(
      `${provider.operation === "create" ? "create" : "change"} the identity provider "${providerName}" of the pool`,
    );
    printDifferences(provider.differences, output);
  }
  if (flow !== undefined && flow.plan !== "manual" && flow.plan.operation === "create")
    output.line(output.style("green", `create the flow "${flow.plan.flowId}"`));
  for (const { clientId, name, operation, before, settings } of clients) {
    if (operation === "none") continue;
    output.line(`change the live app client ${clientId} "${printable(name)}"`);
    const to = settings["SupportedIdentityProviders"];
    printDifferences([{ setting: "SupportedIdentityProviders", from: before, to }], output);
  }
}

function report(
  { output, options }: Invocation<ReverseOptions>,
  { plan, blocked, manual, written, app, checks }: OidcReverseResult,
  userPoolId: string,
): void {
  const dryRun = options.dryRun === true;
  printFindings(plan.findings, output);
  if (plan.findings.length > 0) output.line();
  const wrote = written.app || written.provider || written.flow || written.clients > 0;
  if (blocked) output.line("blocked: nothing was written");
  else if (manual) printManual(plan, output);
  else if (dryRun) output.line("dry run: nothing was written");
  else output.line(wrote ? `set up; issuer ${printable(app?.issuer ?? "")}` : "everything is as it should be");
  for (const { clientId, check } of checks) printCheck(check, `app client ${clientId}`, output);
  if (!blocked && !manual && (options.client ?? []).length === 0) {
    output.line(`no app client offers "${options.providerName}" yet: name those that should with --client`);
  }
  if (!blocked && !manual) printFlowNote(plan.flow, output);
  output.document({
    userPoolId,
    providerName: options.providerName,
    dryRun,
    blocked,
    manual,
    findings: plan.findings,
    redirectUri: plan.redirectUri,
    app: { operation: plan.app.operation, differences: plan.app.differences, ...app },
    provider: { operation: plan.provider.operation, differences: plan.provider.differences },
    clients: plan.clients.map(({ clientId, operation, before }) => ({ clientId, operation, before })),
    flow: flowDocument(plan),
    written,
    checks,
  });
}

function printManual({ app, redirectUri }: OidcReversePlan, output: Output): void {
  const steps = [
    "use the project's default application: run this command again with --default-app, or make one by hand:",
    `Applications > + Application > Generic OIDC, with the name "${app.app.name}"`,
    `Flow Hosting URL: ${app.app.loginPageUrl}`,
    `Project settings > Approved domains: the host of ${redirectUri}`,
  ];
  output.line("the project does not let applications be made: its licence has the default one only");
  for (const [index, step] of steps.entries()) output.line(`  ${index + 1}. ${printable(step)}`);
}

async function undo(
  invocation: Invocation<ReverseOptions>,
  of: Parameters<typeof undoOidcReverse>[0] & { readonly projectId: string },
): Promise<number> {
  const { host, output, options } = invocation;
  const { providerName, appName } = options;
  const { written, ...found } = await undoOidcReverse(of, {
    projectId: of.projectId,
    providerName,
    appName,
    flowId: options.flow,
    signal: host.signal,
    async mayWrite({ clientIds, providerName: provider, appId, flowId }) {
      for (const clientId of clientIds) output.line(`take "${providerName}" off the app client ${clientId}`);
      if (provider !== undefined) output.line(`delete the identity provider "${provider}" of the pool`);
      if (appId !== undefined) output.line(`delete the application ${appId} of the project`);
      if (flowId !== undefined) output.line(`delete the flow "${flowId}" of the project`);
      if (options.dryRun === true) return false;
      if (options.yes !== true && !canAsk(invocation)) {
        throw usageError("this deletes a way to sign in, and nobody is there to be asked", "add --yes");
      }
      await confirm(invocation, "Delete it?");
      return true;
    },
  });
  const nothing = found.providerName === undefined && found.appId === undefined && found.flowId === undefined;
  if (nothing) output.line("there is nothing of ours to take back");
  else if (options.dryRun === true) output.line("dry run: nothing was written");
  else output.line("taken back; users that came through Descope stay in the pool");
  output.document({ undo: true, dryRun: options.dryRun === true, ...found, written });
  return EXIT_CODES.done;
}
