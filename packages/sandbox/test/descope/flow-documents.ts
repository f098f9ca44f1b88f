/** Small flows for tests, in the exported form. */

type Json = Readonly<Record<string, unknown>>;

/** A rule: where an interaction or an outcome leads. */
export type Rules = Readonly<Record<string, string>>;

function rules(of: Rules): Json {
  return { rules: Object.entries(of).map(([interactionId, taskId]) => ({ interactionId, taskId })) };
}

export function screen(id: string, next: Rules, more: Json = {}): Json {
  return { id, name: `Screen ${id}`, type: "screen", screenId: `SC${id}`, next: rules(next), ...more };
}

export function action(id: string, name: string, next: Rules, args: Json = {}, custom: readonly string[] = []): Json {
  return {
    id,
    name,
    type: "automated",
    action: name,
    arguments: Object.fromEntries(Object.entries(args).map(([key, value]) => [key, { type: "inline", value }])),
    errorHandlingV2: Object.fromEntries(custom.map((error) => [error, { errorHandlingType: "custom" }])),
    next: rules(next),
  };
}

export function condition(id: string, target: string, operator: string, value: unknown, next: Rules): Json {
  const [yes = "yes"] = Object.keys(next);
  return {
    id,
    name: `Condition ${id}`,
    type: "condition",
    conditions: [
      {
        name: yes,
        interactionId: yes,
        atomicConditions: [
          { operator, target: { type: "context", value: target }, predicate: { type: "inline", value } },
        ],
      },
      { name: "Else", interactionId: "ELSE", atomicConditions: [] },
    ],
    next: rules(next),
  };
}

export function flow(flowId: string, tasks: readonly Json[], references: Json = {}): Json {
  const first = String(tasks[0]?.["id"]);
  return {
    flowId,
    metadata: { name: flowId, description: "", disabled: false },
    contents: {
      startTask: first,
      tasks: Object.fromEntries([
        ["start", { id: "start", name: "start", next: rules({ "": first }) }],
        ...tasks.map((task) => [String(task["id"]), task] as const),
      ]),
    },
    screens: [],
    references,
  };
}

/** Asks for e-mail and password, lets a gateway check passwords of users that were just migrated, then signs in. */
export function migratingFlow(connectorId: string): Json {
  return flow(
    "migrating-sign-in",
    [
      screen("0", { go: "1" }),
      condition("1", "unauthUser.customAttributes.freshlyMigrated", "is-true", "", { fresh: "2", ELSE: "5" }),
      screen("2", { go: "3", forgot: "6" }),
      action(
        "3",
        "connector",
        { success: "4", request_error: "6" },
        {
          templateId: "http",
          connectorId,
          command: "post",
          resultPath: "gateway",
          args: [
            { key: "endpoint", type: "string", value: "/verify" },
            { key: "timeout", type: "number", value: 5 },
            {
              key: "payload",
              type: "string",
              value: '{"username":"{{form.email}}","password":"{{form.password}}"}',
            },
          ],
        },
        ["request_error"],
      ),
      condition("4", "connectors.gateway.status", "equal", "ok", { ok: "7", ELSE: "2" }),
      screen("5", { go: "7", forgot: "6" }),
      action("7", "password-sign-in-v2", { success: "9", PasswordExpired: "10" }, {}, ["PasswordExpired"]),
      action(
        "9",
        "update-user-properties",
        { success: "11" },
        {
          userPropertiesDefinitions: [{ key: "customAttributes.freshlyMigrated", type: "boolean", value: false }],
        },
      ),
      action(
        "11",
        "custom-claims",
        { success: "8" },
        {
          customClaims: [{ key: "sub_before", type: "context", value: "user.customAttributes.cognitoSub" }],
        },
      ),
      action("8", "logged-in", {}),
      action("6", "password-send-reset", { success: "12" }, { verifyStepId: "6.end" }),
      action("6.end", "verify-magic-link", { success: "13" }),
      screen("12", { polling: "12", resend: "6" }, { contextKeys: ["sentTo.maskedEmail"] }),
      screen("13", { save: "14" }),
      action("14", "password-update", { success: "8" }),
      screen("10", { replace: "15" }),
      action("15", "password-replace", { success: "8" }),
    ],
    { connectors: { Gateway: connectorId } },
  );
}
