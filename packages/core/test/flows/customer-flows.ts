import type { FlowDocument, FlowScreen, FlowTask } from "../../src/flows/flow-document.ts";

/** Flows as customers may have them: of the grammar that the console writes, and with fields that nobody here knows. */

type Rules = Readonly<Record<string, string>>;

const next = (rules: Rules): FlowTask["next"] =>
  Object.keys(rules).length === 0
    ? {}
    : { rules: Object.entries(rules).map(([interactionId, taskId]) => ({ interactionId, taskId })) };

function screenTask(id: string, name: string, keys: readonly string[], rules: Rules): FlowTask {
  return {
    id,
    name,
    type: "screen",
    screenId: `SC2screen${id}`,
    calculatedInputKeys: true,
    inputKeys: keys,
    allInputKeys: keys,
    next: next(rules),
    view: { x: 100 * Number(id), y: 50 },
  };
}

function actionTask(id: string, name: string, action: string, rules: Rules, more: object = {}): FlowTask {
  return {
    id,
    name,
    type: "automated",
    action,
    next: next(rules),
    view: { x: 100 * Number.parseInt(id, 10), y: 200 },
    ...more,
  };
}

const node = (id: string, resolvedName: string, props: object = {}): object => ({
  custom: {},
  displayName: resolvedName,
  hidden: false,
  isCanvas: false,
  linkedNodes: {},
  nodes: [],
  parent: "ROOT",
  props: { id, ...props },
  type: { resolvedName },
});

function screen(id: string, nodes: Readonly<Record<string, readonly [string, object?]>>): FlowScreen {
  const buttons = Object.entries(nodes).filter(([, [type]]) => type.endsWith("Button"));
  return {
    screenId: `SC2screen${id}`,
    interactions: buttons.map(([name, [, props]]) => ({
      id: name,
      label: (props as { children?: string })?.children ?? name,
    })),
    contents: {
      ROOT: {
        nodes: Object.keys(nodes),
        isCanvas: true,
        props: { id: "ROOT", background: "#123456", paddingX: "9" },
        type: { resolvedName: "Container" },
      },
      ...Object.fromEntries(Object.entries(nodes).map(([name, [type, props]]) => [name, node(name, type, props)])),
    },
  };
}

const start: FlowTask = { id: "start", name: "start", next: { rules: [{ taskId: "0" }] } };

/** Asks for login ID and password on one screen; every sign-in passes the project's own check of the terms. */
export const PASSWORD_FLOW: FlowDocument = {
  flowId: "sign-in",
  metadata: {
    name: "Sign In",
    description: "How everybody signs in.",
    componentsVersion: "2.1.0",
    etag: "abc",
    modifiedTime: 1_700_000_000,
    ownSetting: { kept: true },
  },
  contents: {
    startTask: "0",
    ownField: [1, 2],
    tasks: {
      start,
      "0": screenTask("0", "Welcome", ["email", "password"], { go: "1", forgot: "5" }),
      "1": actionTask("1", "Sign In / Password", "password-sign-in-v2", { success: "2" }),
      "2": {
        id: "2",
        name: "Terms accepted?",
        type: "condition",
        conditions: [
          {
            interactionId: "a1b2",
            name: "Not yet",
            atomicConditions: [
              {
                operator: "is-false",
                predicate: { type: "inline", value: false },
                target: { type: "context", value: "user.customAttributes.terms" },
              },
            ],
          },
          { interactionId: "ELSE", name: "Accepted" },
        ],
        next: next({ a1b2: "3", ELSE: "4" }),
      },
      "3": screenTask("3", "Terms", [], { accept: "9" }),
      "9": actionTask(
        "9",
        "Note it",
        "update-user-properties",
        { success: "4" },
        {
          arguments: {
            userPropertiesDefinitions: {
              type: "inline",
              value: [{ key: "customAttributes.terms", type: "boolean", value: true }],
            },
          },
        },
      ),
      "4": actionTask("4", "End", "logged-in", {}),
      "5": actionTask(
        "5",
        "Send Password Reset",
        "password-send-reset",
        { success: "6" },
        {
          arguments: { verifyStepId: { type: "inline", value: "5.end" } },
        },
      ),
      "5.end": actionTask(
        "5.end",
        "Send Password Reset",
        "verify-magic-link",
        { success: "7" },
        {
          arguments: { verifyStepId: { type: "inline", value: "5.end" } },
        },
      ),
      "6": screenTask("6", "Reset Sent", [], { polling: "6", resend: "5" }),
      "7": screenTask("7", "New Password", ["newPassword"], { save: "8" }),
      "8": actionTask("8", "Update Password", "password-update", { success: "4" }),
    },
  },
  screens: [
    screen("0", {
      logo: ["Logo", { height: "40px" }],
      email: ["EmailInput", { name: "email", size: "xl" }],
      password: ["Password", { name: "password", size: "xl" }],
      go: ["Button", { children: "Log in", size: "xl", color: "secondary", "st-host-direction": "rtl" }],
      forgot: ["Button", { children: "Forgot?" }],
    }),
    screen("3", { accept: ["Button", { children: "Accept" }] }),
    screen("6", { resend: ["Button", { children: "Again" }] }),
    screen("7", { newPassword: ["NewPassword", { name: "newPassword" }], save: ["Button", { children: "Save" }] }),
  ],
  references: { connectors: {}, ownList: ["kept"] },
  ownRoot: null,
};

/** No passwords at all: a link by email, a provider, and what follows for new users. */
export const LINK_FLOW: FlowDocument = {
  flowId: "sign-up-or-in",
  metadata: {
    name: "Sign Up or In",
    componentsVersion: "2.1.0",
    sharedInteractions: [{ id: "5.success", type: "success" }],
  },
  contents: {
    tasks: {
      start,
      "0": screenTask("0", "Welcome", ["email"], { go: "1", google: "6" }),
      "1": actionTask(
        "1",
        "Sign Up or In / Magic Link",
        "sign-up-or-in-magic-link-email",
        { success: "2" },
        {
          arguments: { verifyStepId: { type: "inline", value: "1.end" } },
        },
      ),
      "1.end": actionTask("1.end", "Sign Up or In / Magic Link", "verify-magic-link", { success: "3" }),
      "2": screenTask("2", "Link Sent", [], { polling: "2", resend: "1" }),
      "3": {
        id: "3",
        name: "New?",
        type: "condition",
        conditions: [
          {
            interactionId: "n1",
            name: "New",
            atomicConditions: [
              {
                operator: "is-true",
                target: { type: "context", value: "authInfo.firstSeen" },
                predicate: { type: "inline" },
              },
            ],
          },
          { interactionId: "ELSE", name: "Known" },
        ],
        next: next({ n1: "4", ELSE: "5" }),
      },
      "4": screenTask("4", "Hello", [], { ok: "5" }),
      "5": actionTask("5", "End", "logged-in", {}),
      "6": actionTask(
        "6",
        "OAuth",
        "oauth-start",
        { success: "6.end" },
        {
          arguments: { exchangeStepId: { type: "inline", value: "6.end" } },
        },
      ),
      "6.end": actionTask("6.end", "OAuth", "exchange-oauth-code", { success: "3" }),
    },
  },
  screens: [
    screen("0", {
      email: ["EmailInput", { name: "email" }],
      go: ["Button", { children: "Continue" }],
      google: ["GoogleButton", { children: "Google" }],
    }),
    screen("2", { resend: ["Button", { children: "Again" }] }),
    screen("4", { ok: ["Button", { children: "OK" }] }),
  ],
};
