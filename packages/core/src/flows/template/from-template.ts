import type { FlowDocument } from "../flow-document.ts";
import type { Identifier } from "../generate/components.ts";
import { type Draft, type Step, templateTask } from "../generate/draft.ts";
import { passwordScreen } from "../generate/frame.ts";
import { PLACE } from "../generate/keys.ts";
import { claimsStep } from "../generate/kinds/claims-step.ts";
import { connectorId } from "../generate/kinds/connector-id.ts";
import { directDraft } from "../generate/kinds/direct-flow.ts";
import { gatewayDraft } from "../generate/kinds/gateway-flow.ts";
import { oidcDraft } from "../generate/kinds/oidc-flow.ts";
import { passwordlessDraft } from "../generate/kinds/passwordless-flow.ts";
import { resetDraft } from "../generate/kinds/reset-flow.ts";
import { kindOf } from "../generate/mark.ts";
import { ownOf, textOf } from "../json.ts";
import { type GenerateFlowOptions, type Resolved, usage } from "../generate/options.ts";
import { markMigrated, passwordReset, passwordSignIn } from "../generate/parts.ts";
import { requireSignUpAction } from "../generate/sign-up-action.ts";
import { fieldsOf, type FlowTemplate, identifiedRules, readTemplate, unusable } from "./read-template.ts";
import { rulesWhere, type Splice, spliceInto } from "./splice.ts";

/**
 * Makes a flow from one of the project's: its steps, its screens and its look, with the steps of the kind put in where it
 * signs users in.
 *
 * @throws MigrationError `ERR_FLOW_TEMPLATE` when the steps have no place in it, `ERR_USAGE` when an option does not go with it.
 */
export function fromTemplate(
  given: FlowDocument,
  options: Resolved<GenerateFlowOptions>,
  made: { readonly name: string; readonly description: string },
): FlowDocument {
  if (kindOf(given) !== undefined) throw unusable("it was made by c2d itself");
  if (given.flowId === options.flowId)
    throw usage("the new flow would have the template's ID", "choose another flow ID: the template is never changed");
  const template = readTemplate(given);
  const { draft, splices } = plan(template, options);
  if (splices[0]?.entries.length === 0) throw unusable("nothing follows the screen that asks who the user is");
  const spliced = spliceInto(template, draft, splices, { flowId: options.flowId, ...made });
  if (!("connector" in options)) return spliced;
  const connectors = { [options.connector.name]: connectorId(options.connector), ...spliced.references?.connectors };
  return { ...spliced, references: { ...spliced.references, connectors } };
}

interface SplicePlan {
  readonly draft: Draft;
  /** The first is the one that the flow is for. */
  readonly splices: readonly Splice[];
}

function plan(template: FlowTemplate, options: Resolved<GenerateFlowOptions>): SplicePlan {
  const { document, identify } = template;
  const identified: Splice = {
    gate: "who",
    entries: identifiedRules(template).map((rule) => ({ taskId: identify, rule })),
  };
  const updated: Splice = {
    gate: "markUpdated",
    entries: rulesWhere(
      document,
      ({ action }, { interactionId }) => action === "password-update" && interactionId === "success",
    ),
  };
  switch (options.kind) {
    case "jit-password":
    case "combined":
    case "direct-cognito": {
      if (options.kind !== "direct-cognito" && options.secondFactor === "always")
        throw usage(
          "a second factor after every sign-in cannot be put into a template",
          "add it to the template in the console, or leave the template out",
        );
      const asks = template.passwordSignIn === undefined;
      const draft =
        options.kind === "direct-cognito"
          ? directDraft(options, requireSignUpAction(options.signUpAction ?? template.signUpAction), asks)
          : gatewayDraft({ ...options, connector: knownConnector(document, options.connector) }, asks);
      const checked: Splice = {
        gate: "who",
        entries: rulesWhere(
          document,
          (task, { taskId }) => taskId === template.passwordSignIn && fieldsOf(document, task).includes("password"),
        ),
      };
      return { draft: around(template, options.identifier, draft), splices: [asks ? identified : checked, updated] };
    }
    case "reset-password":
      return { draft: around(template, options.identifier, resetDraft()), splices: [identified, updated] };
    case "passwordless":
      return { draft: around(template, options.identifier, passwordlessDraft(options, true)), splices: [identified] };
    case "cognito-oidc":
      return { draft: around(template, options.identifier, oidcDraft(options)), splices: [identified] };
    case "token-claims": {
      const draft = { first: "claims", steps: [claimsStep("claims", PLACE.otherwise)] };
      const entries = rulesWhere(document, (_task, { taskId }) => template.ends.includes(taskId));
      return { draft, splices: [{ gate: "claims", entries }] };
    }
    default:
      return options satisfies never;
  }
}

/** The connector, with the ID that the template knows it by. */
function knownConnector<Connector extends { readonly name: string; readonly id?: string | undefined }>(
  { references }: FlowDocument,
  connector: Connector,
): Connector {
  const known = textOf(ownOf(references?.connectors, connector.name));
  return known === "" ? connector : { ...connector, id: known };
}

/** Ties the steps of a kind to the template's tasks, with steps of our own for what it lacks. */
function around(template: FlowTemplate, identifier: Identifier, draft: Draft): Draft {
  const signedIn = templateTask(template.signedIn);
  const aliases: Record<string, string> = {
    [PLACE.end]: signedIn,
    [PLACE.issue]: signedIn,
    [PLACE.signIn]: templateTask(template.passwordScreen ?? template.identify),
  };
  // Whoever chooses a password on a way of the template's own has a credential from then on.
  const own: Step[] = [markMigrated(PLACE.otherwise, "markUpdated")];
  if (template.passwordSignIn === undefined)
    own.push(passwordScreen("askPassword", "check"), ...passwordSignIn(PLACE.passwordSignIn, PLACE.end));
  else aliases[PLACE.passwordSignIn] = templateTask(template.passwordSignIn);
  if (template.reset === undefined || identifier === "phone") own.push(...passwordReset(identifier));
  else aliases[PLACE.reset] = templateTask(template.reset);
  const kept = new Set(draft.steps.map(({ key }) => key));
  return {
    ...draft,
    steps: [...draft.steps, ...own.filter(({ key }) => !kept.has(key))],
    aliases: { ...draft.aliases, ...aliases },
  };
}
