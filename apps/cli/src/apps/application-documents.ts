import type { ApplicationOutcome, ApplicationPlan, HandOverEntry } from "@cognito-to-descope/core";

/** A plan as a JSON document shows it: settings only. */
export function planDocument({ items, findings }: ApplicationPlan): object {
  return {
    clients: items.map(({ client, class: kind, aim, operation, reason, wanted, present, differences }) => ({
      userPoolId: client.userPoolId,
      clientId: client.clientId,
      name: client.name,
      hasSecret: client.secret !== undefined,
      class: kind,
      aim,
      operation,
      reason,
      wanted: wanted ?? null,
      appId: present?.id ?? null,
      differences,
    })),
    findings,
  };
}

/** Outcomes as a JSON document shows them. */
export function outcomeDocument(outcomes: readonly ApplicationOutcome[]): readonly object[] {
  return outcomes.map(({ client, outcome, reason, app, credentialsKept, differences }) => ({
    userPoolId: client.userPoolId,
    formerClientId: client.clientId,
    name: client.name,
    outcome,
    reason: reason ?? null,
    appId: app?.id ?? null,
    clientId: app?.clientId ?? null,
    credentialsKept,
    differences,
  }));
}

/** What the owners of app clients are told, after a plan and, where there are any, its outcomes. */
export function handOverEntries(
  { items }: ApplicationPlan,
  outcomes: readonly ApplicationOutcome[],
): readonly HandOverEntry[] {
  return items.map((item) => {
    const outcome = outcomes.find(({ client }) => client === item.client);
    const app = outcome?.app ?? item.present;
    const kept = outcome?.app === undefined ? undefined : outcome.credentialsKept;
    return {
      ...item,
      ...(app === undefined ? {} : { clientId: app.clientId }),
      ...(kept === undefined ? {} : { credentialsKept: kept }),
    };
  });
}
