import { createFindings, type Findings } from "../findings/findings.ts";
import type { ApplicationRecord } from "../ports/application-ledger.ts";
import type { InboundApp } from "../ports/inbound-apps.ts";
import type { ResourceServerDescription } from "../ports/pool-settings.ts";
import type { PoolAppClient } from "./app-client.ts";
import type { ApplicationPlan, ApplicationPlanItem } from "./application-plan.ts";
import { aimOf, type ApplicationChoices, classifyAppClient } from "./classify-app-client.ts";
import { applicationDifferences } from "./compare-application.ts";
import { descriptionOf, freeName, wantedApplication } from "./wanted-application.ts";

/** One pool with what an application can be made of. */
export interface PoolApplications {
  readonly userPoolId: string;
  readonly clients: readonly PoolAppClient[];
  readonly resourceServers: readonly ResourceServerDescription[];
}

/** What a plan is made of. */
export interface ApplicationPlanInput {
  readonly pools: readonly PoolApplications[];
  /** Applications of the project; empty for an assessment, which asks no project. */
  readonly present: readonly InboundApp[];
  readonly records: readonly ApplicationRecord[];
  readonly choices: ApplicationChoices;
}

/** Says what becomes of every app client. Pure: the same input gives the same plan. */
export function planApplications({ pools, present, records, choices }: ApplicationPlanInput): ApplicationPlan {
  const findings = createFindings();
  const taken = new Set(present.map(({ settings }) => settings.name));
  const items: ApplicationPlanItem[] = [];
  for (const { clients, resourceServers } of pools) {
    for (const client of clients.toSorted((a, b) => (a.clientId < b.clientId ? -1 : 1))) {
      const item = planClient(client, resourceServers, { present, records, choices, taken, findings });
      if (item.wanted !== undefined) taken.add(item.wanted.name);
      items.push(item);
    }
  }
  return { items, findings: findings.list() };
}

interface PlanState extends Pick<ApplicationPlanInput, "present" | "records" | "choices"> {
  readonly taken: ReadonlySet<string>;
  readonly findings: Findings;
}

function planClient(
  client: PoolAppClient,
  servers: readonly ResourceServerDescription[],
  { present, records, choices, taken, findings }: PlanState,
): ApplicationPlanItem {
  const kind = classifyAppClient(client);
  const aim = aimOf(client, choices);
  const common = { client, class: kind, aim, differences: [] } as const;
  const skip = (reason: string): ApplicationPlanItem => ({ ...common, operation: "skip", reason });
  if (aim === "skip") {
    if (kind === "unused") return skip("allows no way to sign in");
    return skip(kind === "c2d" ? "made by this product, and goes with Cognito" : "left out by the config");
  }
  if (aim === "flows") {
    findings.add("app-uses-flows", client.name);
    return skip("uses Descope's SDK and a flow: its code changes, and nothing is made");
  }
  noteSettings(client, findings);
  const ours = records.find(({ userPoolId, clientId }) => isSame({ userPoolId, clientId }, client));
  const found = findApplication(client, present, ours);
  const kept = found?.settings.name;
  const name = kept !== undefined && isNamedAfter(kept, client) ? kept : freeName(client, without(taken, kept));
  // A page that nobody chose is left as it is.
  const loginPageUrl = choices.loginPageUrl || (found?.settings.loginPageUrl ?? "");
  const { settings, unmappedScopes } = wantedApplication(client, { name, loginPageUrl }, servers);
  for (const scope of unmappedScopes) findings.add("app-scope-unmapped", scope);
  if (found === undefined)
    return { ...common, operation: "create", reason: "the project does not have it", wanted: settings };
  if (ours === undefined && found.settings.description !== settings.description) {
    findings.add("app-client-id-taken", client.name);
    return skip("the project has an application of this client ID that this product did not make");
  }
  const differences = applicationDifferences(found.settings, settings);
  const change = differences.filter(({ setting }) => setting !== "nonConfidentialClient");
  if (change.length < differences.length) findings.add("app-secret-kind-differs", client.name);
  return {
    ...common,
    operation: change.length === 0 ? "unchanged" : "update",
    reason: change.length === 0 ? "is as it should be" : "differs from the app client",
    wanted: settings,
    present: found,
    differences,
  };
}

/** The application of a client: by the recorded ID, by the client ID, or by what its description says of where it is from. */
export function findApplication(
  client: Pick<PoolAppClient, "clientId" | "userPoolId">,
  present: readonly InboundApp[],
  record: ApplicationRecord | undefined,
): InboundApp | undefined {
  const recorded = record?.appId ?? "";
  return (
    present.find(({ id }) => recorded !== "" && id === recorded) ??
    present.find(({ clientId }) => clientId === client.clientId) ??
    present.find(({ settings }) => settings.description === descriptionOf(client))
  );
}

/** Whether two name one app client. */
export function isSame(
  one: Pick<PoolAppClient, "clientId" | "userPoolId">,
  other: Pick<PoolAppClient, "clientId" | "userPoolId">,
): boolean {
  return one.clientId === other.clientId && one.userPoolId === other.userPoolId;
}

function noteSettings(client: PoolAppClient, findings: Findings): void {
  const { grants, name } = client;
  if (grants.includes("implicit")) findings.add("app-implicit-grant", name);
  if (grants.includes("client_credentials")) findings.add("app-machine-policy", name);
  if (grants.includes("code") || grants.includes("implicit")) findings.add("app-consent-asked", name);
}

function isNamedAfter(name: string, client: PoolAppClient): boolean {
  const none: ReadonlySet<string> = new Set();
  return name === freeName(client, none) || name === freeName(client, new Set([freeName(client, none)]));
}

function without(taken: ReadonlySet<string>, name: string | undefined): ReadonlySet<string> {
  return new Set([...taken].filter((one) => one !== name));
}
