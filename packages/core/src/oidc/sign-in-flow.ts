import type { FlowDocument } from "../flows/flow-document.ts";
import type { Identifier } from "../flows/generate/components.ts";
import { generateFlow } from "../flows/generate/generate-flow.ts";
import { madeByUs } from "../flows/generate/mark.ts";
import type { FlowKind, OidcFlowOptions } from "../flows/generate/options.ts";
import { type FlowPlan, planFlow } from "../flows/plan-flow.ts";
import type { Flows } from "../ports/flows.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";
import { isRefusal } from "./is-refusal.ts";

/** A flow with what is to happen to it. `manual`: the project does not let flows be written. */
export interface SignInFlow {
  readonly document: FlowDocument;
  readonly plan: FlowPlan | "manual";
}

/** The flow that sends users to Cognito once, and signs them in at Descope from then on. */
export function cognitoFlow(
  flowId: string,
  provider: string,
  loginIdClaim: string,
  afterwards: OidcFlowOptions["afterwards"],
): FlowDocument {
  const identifiers: Readonly<Record<string, Identifier>> = { email: "email", phone_number: "phone" };
  const identifier = identifiers[loginIdClaim] ?? "login-id";
  return generateFlow({ kind: "cognito-oidc", flowId, provider, identifier, afterwards }).document;
}

/** The flow that signs users of the pool in and puts their email into the token. */
export function claimsFlow(flowId: string): FlowDocument {
  return generateFlow({ kind: "token-claims", flowId }).document;
}

/**
 * Says what is to happen to a flow.
 *
 * @throws MigrationError `ERR_USAGE` when a flow of this ID is there that is not ours.
 */
export async function planSignInFlow(
  flows: Flows,
  document: FlowDocument,
  abortable: AbortableOptions,
): Promise<SignInFlow> {
  try {
    const found = await flows.read(document.flowId, abortable);
    return { document, plan: planFlow(found, document, { connectorName: "", replace: false }) };
  } catch (error) {
    if (isRefusal(error)) return { document, plan: "manual" };
    throw error;
  }
}

/** Whether something has to be written. */
export function isFlowToWrite({ plan }: SignInFlow): boolean {
  return plan !== "manual" && (plan.operation === "create" || plan.operation === "replace");
}

/** Writes the flow where it has to be; gives whether it was. */
export async function writeSignInFlow(
  flows: Flows,
  flow: SignInFlow | undefined,
  abortable: AbortableOptions,
): Promise<boolean> {
  if (flow === undefined || !isFlowToWrite(flow)) return false;
  await flows.write(flow.document, abortable);
  return true;
}

/** Whether a flow of the project was made for this by us. */
export async function isOurFlow(
  flows: Flows,
  flowId: string,
  kind: FlowKind,
  abortable: AbortableOptions,
): Promise<boolean> {
  try {
    const found = await flows.read(flowId, abortable);
    return found !== undefined && madeByUs(found.metadata.description ?? "") === kind;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}
