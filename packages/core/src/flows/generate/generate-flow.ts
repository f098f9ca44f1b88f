import { type FlowDocument, START_TASK } from "../flow-document.ts";
import type { Draft } from "./draft.ts";
import { type FlowNeeds, flowNeeds } from "./flow-needs.ts";
import { framed, identifyFrame, passwordFrame } from "./frame.ts";
import { PLACE } from "./keys.ts";
import { claimsStep } from "./kinds/claims-step.ts";
import { connectorId } from "./kinds/connector-id.ts";
import { directDraft } from "./kinds/direct-flow.ts";
import { gatewayDraft } from "./kinds/gateway-flow.ts";
import { oidcDraft } from "./kinds/oidc-flow.ts";
import { passwordlessDraft, passwordlessSignIn } from "./kinds/passwordless-flow.ts";
import { resetDraft } from "./kinds/reset-flow.ts";
import { markedDescription } from "./mark.ts";
import { type FlowKind, type GenerateFlowOptions, type Resolved, resolveFlowOptions } from "./options.ts";
import { fromTemplate } from "../template/from-template.ts";
import { placeSteps, withViews } from "./place-steps.ts";
import { requireSignUpAction } from "./sign-up-action.ts";

/** A flow that was made, with what it asks of the project. */
export interface GeneratedFlow {
  readonly kind: FlowKind;
  readonly document: FlowDocument;
  readonly needs: FlowNeeds;
}

/** The version of the web components that the screens are written for; see `facts.md#flows` of the Descope adapter. */
const COMPONENTS_VERSION = "2.0.547";

const ABOUT: Readonly<Record<FlowKind, readonly [name: string, sentence: string]>> = {
  "jit-password": [
    "Cognito password at first sign-in",
    "Checks the password of users that Descope does not know yet against Cognito, and keeps it.",
  ],
  combined: [
    "Cognito password of imported users",
    "Checks the password of imported users against Cognito at their first sign-in, and keeps it.",
  ],
  "direct-cognito": [
    "Cognito password, asked directly",
    "Asks Cognito itself about the password of users that Descope does not know yet.",
  ],
  "reset-password": ["New password after the import", "Lets imported users choose a password at their first sign-in."],
  passwordless: ["No passwords after the import", "Signs users in without passwords, and offers a passkey."],
  "cognito-oidc": [
    "Cognito once, then Descope",
    "Sends users to Cognito's own pages at their first sign-in, and signs them in here from then on.",
  ],
  "token-claims": ["Email in the token", "Puts email address and its verification into the session token."],
};

/**
 * Makes a flow.
 *
 * Deterministic: the same options, the same document, IDs included. The flow is right under every behaviour of the service
 * that is not documented: what a connector's result looks like, and whether values in its payload are escaped.
 *
 * @throws MigrationError `ERR_USAGE` when an option is missing or not usable, `ERR_FLOW_TEMPLATE` when the steps have no
 *   place in the template.
 */
export function generateFlow(given: GenerateFlowOptions): GeneratedFlow {
  const options = resolveFlowOptions(given);
  const { kind, template } = options;
  const [defaultName, sentence] = ABOUT[kind];
  const made = { name: options.name ?? defaultName, description: markedDescription(sentence, kind) };
  const document = template === undefined ? ownFlow(options, made) : fromTemplate(template, options, made);
  return { kind, document, needs: flowNeeds(document) };
}

/** A flow with screens of our own. */
function ownFlow(
  options: Resolved<GenerateFlowOptions>,
  made: { readonly name: string; readonly description: string },
): FlowDocument {
  const { flowId } = options;
  const { tasks, screens, first } = placeSteps(draftOf(options), flowId);
  return withViews({
    flowId,
    metadata: {
      ...made,
      componentsVersion: COMPONENTS_VERSION,
      disabled: false,
      fingerprint: false,
    },
    contents: {
      startTask: first,
      tasks: {
        [START_TASK]: {
          id: START_TASK,
          name: START_TASK,
          next: { rules: [{ interactionId: "", taskId: first }] },
        },
        ...tasks,
      },
    },
    screens,
    references: references(options),
  });
}

function references(options: GenerateFlowOptions): NonNullable<FlowDocument["references"]> {
  return "connector" in options ? { connectors: { [options.connector.name]: connectorId(options.connector) } } : {};
}

function draftOf(options: Resolved<GenerateFlowOptions>): Draft {
  const { identifier } = options;
  switch (options.kind) {
    case "jit-password":
    case "combined": {
      const draft = gatewayDraft(options);
      if (options.secondFactor !== "always") return framed(passwordFrame(identifier, "who"), draft);
      return framed(passwordFrame(identifier, "who"), { ...draft, aliases: { [PLACE.end]: "secondFactor" } });
    }
    case "direct-cognito":
      return framed(passwordFrame(identifier, "who"), directDraft(options, requireSignUpAction(options.signUpAction)));
    case "reset-password":
      return framed(identifyFrame(identifier, "who"), resetDraft());
    case "passwordless":
      return framed(identifyFrame(identifier, "who"), passwordlessDraft(options));
    case "cognito-oidc": {
      const frame = identifyFrame(identifier, "who");
      const { afterwards = "magic-link" } = options;
      const draft = oidcDraft(options);
      if (afterwards === "password") return framed(frame, draft);
      const known = passwordlessSignIn("known", afterwards, "sign-in", PLACE.end);
      return framed(frame, {
        ...draft,
        steps: [...draft.steps, ...known.steps],
        aliases: { [PLACE.otherwise]: "known" },
      });
    }
    case "token-claims": {
      const { method = "password" } = options;
      // Whichever way somebody signs in, the claims come before the session.
      const claims = { steps: [claimsStep("claims", PLACE.issue)], aliases: { [PLACE.end]: "claims" } };
      const first = PLACE.signIn;
      if (method === "password") return framed(passwordFrame(identifier, PLACE.passwordSignIn), { first, ...claims });
      const send = passwordlessSignIn("send", method, "sign-in", PLACE.end);
      return framed(identifyFrame(identifier, "send"), { first, ...claims, steps: [...claims.steps, ...send.steps] });
    }
    default:
      return options satisfies never;
  }
}
