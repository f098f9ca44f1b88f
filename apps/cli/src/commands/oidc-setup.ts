import { join } from "node:path";
import {
  applyOidcSetup,
  callbackUrls,
  descopeApiUrl,
  type OidcSetupPlan,
  type OidcSetupResult,
  type PoolSettings,
  providerConsoleSteps,
  providerSnapshot,
  providerTerraform,
  settingDifferences,
  undoOidcSetup,
} from "@cognito-to-descope/core";
import { createFlows, createOAuthProviders, createProjectTarget } from "@cognito-to-descope/descope";
import { canAsk, confirm } from "../confirm.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { type BeforeImages, openBeforeImages } from "../oidc/before-images.ts";
import { createHttpProbe } from "../oidc/http-probe.ts";
import { oneSource, openOneSource } from "../oidc/one-source.ts";
import { flowDocument, printCheck, printDifferences, printFlowNote } from "../oidc/print-setup.ts";
import { targetOptions } from "../open-target.ts";
import { printFindings } from "../output/print-findings.ts";
import { countOf, printable } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";

interface SetupOptions {
  readonly userPoolId?: string;
  readonly providerId: string;
  readonly client?: string;
  readonly callbackDomain?: string;
  readonly callbackUrl?: readonly string[];
  readonly trustEmails?: boolean;
  readonly updateProfiles?: boolean;
  readonly takeOver?: boolean;
  readonly print?: "terraform" | "snapshot";
  readonly dryRun?: boolean;
  readonly undo?: boolean;
  /** False where none is wanted. */
  readonly flow?: string | false;
  readonly afterwards: "magic-link" | "otp-email" | "otp-sms" | "password";
}

/** It is a part of addresses, and with `-oidc` behind it the ID of a flow, of which 64 characters are taken. */
const PROVIDER_ID = /^[\w-]{1,59}$/;

/** Sets up sign-in through Cognito, or takes it back. */
export const oidcSetup: Command<SetupOptions> = async (invocation) => {
  const { host, options } = invocation;
  if (!PROVIDER_ID.test(options.providerId)) {
    throw usageError(
      "the provider ID must be 1 to 59 letters, digits, hyphens and underscores",
      "choose another --provider-id",
    );
  }
  const config = await prepareConfig(invocation, { source: true, target: true });
  const target = targetOptions(config);
  const source = oneSource(config, options.userPoolId);
  using pool = openOneSource(source);
  const settings = pool.settings();
  const providers = createOAuthProviders(target);
  const flows = createFlows(target);
  const images = openBeforeImages(join(config.reportDirectory, "..", "oidc"), source.userPoolId);
  if (options.undo === true) return await undo(invocation, { settings, providers, flows, images });

  const apiUrl = descopeApiUrl(target.projectId, target.baseUrl);
  const result = await applyOidcSetup(
    { source: pool, settings, target: createProjectTarget(target), providers, flows, probe: createHttpProbe() },
    {
      providerId: options.providerId,
      trustEmails: options.trustEmails ?? false,
      updateProfiles: options.updateProfiles ?? false,
      takeOver: options.takeOver ?? false,
      callbackUrls: [...callbackUrls(apiUrl, options.callbackDomain), ...checkUrls(options.callbackUrl ?? [])],
      callbackDomain: options.callbackDomain,
      liveClientId: options.client,
      rules: config.rules,
      endpoint: source.endpoint,
      // The project's own host is one that it sends users back to, whatever else it approves.
      applicationUrl: `${apiUrl}/c2d-check`,
      ownIssuers: [`${apiUrl}/${target.projectId}`, `${apiUrl}/v1/apps/${target.projectId}`],
      flow: options.flow === false ? undefined : { flowId: flowIdOf(options), afterwards: options.afterwards },
      signal: host.signal,
      async mayWrite(plan) {
        printPlan(plan, invocation);
        if (options.dryRun === true) return false;
        if (options.client !== undefined && plan.client.operation === "update") {
          await allowLiveChange(invocation, settings, images, plan);
        } else await confirm(invocation, `Set up sign-in through Cognito in ${target.projectId}?`);
        return true;
      },
    },
  );
  await report(invocation, result, { userPoolId: source.userPoolId, projectId: target.projectId });
  if (result.blocked) return EXIT_CODES.blocked;
  if (options.dryRun === true) return EXIT_CODES.done;
  // Where a check is left out, the provider is not there yet.
  return result.check?.ok === true ? EXIT_CODES.done : EXIT_CODES.incomplete;
};

function flowIdOf({ flow, providerId }: SetupOptions): string {
  return typeof flow === "string" ? flow : `${providerId}-oidc`;
}

function checkUrls(urls: readonly string[]): readonly string[] {
  const odd = urls.find((url) => !/^https:\/\/[^\s#]+$/.test(url) && !/^http:\/\/(localhost|127\.)[^\s#]*$/.test(url));
  if (odd !== undefined) throw usageError("a callback URL must begin with https:// and have no fragment");
  return urls;
}

function printPlan(
  { attributes, client, provider, flow }: OidcSetupPlan,
  { output, options }: Invocation<SetupOptions>,
): void {
  if (attributes.length > 0) {
    output.line(`define ${countOf(attributes.length, "custom attribute")} in the project`);
    for (const { name, type } of attributes) output.line(output.style("green", `  + ${printable(name)} (${type})`));
  }
  if (client.operation !== "none") {
    const which = options.client === undefined ? "the app client for Descope" : "the live app client";
    output.line(`${client.operation === "create" ? "create" : "change"} ${which} in the pool`);
    printDifferences(client.differences, output);
  }
  if (provider.operation === "create" || provider.operation === "update") {
    output.line(
      `${provider.operation === "create" ? "create" : "change"} the OAuth provider "${provider.settings.id}"`,
    );
    printDifferences(provider.differences, output);
  }
  if (flow !== undefined && flow.plan !== "manual" && flow.plan.operation === "create")
    output.line(output.style("green", `create the flow "${flow.plan.flowId}"`));
}

/** A live client is somebody's sign-in: what it was is kept first, and nobody's silence is taken for a yes. */
async function allowLiveChange(
  invocation: Invocation<SetupOptions>,
  settings: PoolSettings,
  images: BeforeImages,
  { client: { clientId = "", settings: after } }: OidcSetupPlan,
): Promise<void> {
  const { options, output } = invocation;
  if (options.yes !== true && !canAsk(invocation)) {
    throw usageError("this changes a live app client, and nobody is there to be asked", "add --yes");
  }
  await confirm(invocation, `Replace the settings of the live app client ${clientId}?`);
  const client = await settings.readAppClient(clientId);
  if (client === undefined) return;
  const { userPoolId } = settings;
  await images.keep({ userPoolId, clientId, name: client.name, before: client.settings, after });
  output.line(`what it was is kept in ${images.pathOf(clientId)}`);
}

async function report(
  { output, options }: Invocation<SetupOptions>,
  { plan, blocked, written, clientId, manual, check }: OidcSetupResult,
  { userPoolId, projectId }: { readonly userPoolId: string; readonly projectId: string },
): Promise<void> {
  const provider = { ...plan.provider.settings, ...(clientId === undefined ? {} : { clientId }) };
  const dryRun = options.dryRun === true;
  const wrote = written.attributes > 0 || written.client || written.provider || written.flow;
  printFindings(plan.findings, output);
  if (plan.findings.length > 0) output.line();
  if (blocked) output.line("blocked: nothing was written");
  else if (dryRun) output.line("dry run: nothing was written");
  else output.line(wrote ? `set up; app client ${clientId ?? ""}` : "everything is as it should be");
  if (manual && !blocked && check?.ok !== true) {
    output.line();
    output.line("the project does not let its OAuth providers be written: do this in Descope's console");
    for (const [index, step] of providerConsoleSteps(provider, userPoolId).entries()) {
      output.line(`  ${String(index + 1).padStart(2)}. ${printable(step)}`);
    }
    output.line("or use --print terraform, or --print snapshot");
  }
  if (check !== undefined) printCheck(check, `OAuth provider "${provider.id}"`, output);
  if (!blocked && !manual) printFlowNote(plan.flow, output);
  if (options.print !== undefined) {
    await output.data(
      options.print === "terraform" ? providerTerraform(provider, projectId) : providerSnapshot(provider),
    );
    return;
  }
  output.document({
    userPoolId,
    providerId: provider.id,
    clientId: clientId ?? null,
    dryRun,
    blocked,
    manual,
    findings: plan.findings,
    attributes: plan.attributes.map(({ name }) => name),
    client: { operation: plan.client.operation, differences: plan.client.differences },
    provider: { operation: plan.provider.operation, differences: plan.provider.differences },
    flow: flowDocument(plan),
    written,
    check: check ?? null,
  });
}

async function undo(
  invocation: Invocation<SetupOptions>,
  of: {
    readonly settings: PoolSettings;
    readonly providers: ReturnType<typeof createOAuthProviders>;
    readonly flows: ReturnType<typeof createFlows>;
    readonly images: BeforeImages;
  },
): Promise<number> {
  const { host, output, options } = invocation;
  const undone = await undoOidcSetup(of, {
    providerId: options.providerId,
    flowId: flowIdOf(options),
    signal: host.signal,
    async mayWrite({ providerId, clientId, flowId }) {
      if (flowId !== undefined) output.line(`delete the flow "${flowId}" of the project`);
      if (providerId !== undefined) output.line(`delete the OAuth provider "${providerId}" of the project`);
      if (clientId !== undefined) output.line(`delete the app client ${clientId} of the pool`);
      if (options.dryRun === true) return false;
      if (options.yes !== true && !canAsk(invocation)) {
        throw usageError("this deletes a way to sign in, and nobody is there to be asked", "add --yes");
      }
      await confirm(invocation, "Delete it?");
      return true;
    },
  });
  const restored = options.client === undefined ? undefined : await restoreClient(invocation, of, options.client);
  const { written, ...found } = undone;
  if (Object.keys(found).length === 0 && restored === undefined) output.line("there is nothing of ours to take back");
  else output.line(options.dryRun === true ? "dry run: nothing was written" : "taken back; custom attributes stay");
  output.document({ undo: true, dryRun: options.dryRun === true, ...found, written, restored: restored ?? null });
  return restored === false ? EXIT_CODES.incomplete : EXIT_CODES.done;
}

/** Gives a live client back what it was, unless somebody changed it since. Undefined when nothing is known of it. */
async function restoreClient(
  { output, options }: Invocation<SetupOptions>,
  { settings, images }: { readonly settings: PoolSettings; readonly images: BeforeImages },
  clientId: string,
): Promise<boolean | undefined> {
  const image = images.find(clientId);
  const client = await settings.readAppClient(clientId);
  if (image === undefined || client === undefined) return undefined;
  if (settingDifferences(client.settings, image.after).length > 0) {
    output.line(
      `the app client ${clientId} was changed since and is left; what it was is in ${images.pathOf(clientId)}`,
    );
    return false;
  }
  if (options.dryRun === true) return true;
  await settings.replaceAppClient(clientId, { ...image.before, ClientName: image.name });
  images.forget(clientId);
  output.line(`the app client ${clientId} is what it was`);
  return true;
}
