import { emptyRecord, generateFlow, type JitSetupRecord, readRecord } from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import { judgeConnectorProbe } from "../../src/jit-setup/probe/judge-probe.ts";
import { clientKey, planUndo, type UndoState } from "../../src/jit-setup/plan-undo.ts";
import { withClient } from "../../src/jit-setup/setup-record.ts";
import { gatewayConnector } from "../../src/jit-setup/connector/wanted-connector.ts";
import { sampleClient } from "./samples.ts";

const POOL = "us-east-1_AbCdEf123";
const { document } = generateFlow({ kind: "jit-password", connector: { name: "jit" } });
const connector = {
  ...gatewayConnector(
    "jit",
    "https://jit.example.com",
    { token: "t", hmacSecret: "h" },
    { sha256: () => "0".repeat(64) },
  ),
  id: "CI1",
};
const change = { before: { A: 1, List: ["x", "y"] }, after: { A: 2, List: ["x", "y"] } };
const record: JitSetupRecord = {
  version: 1,
  projectId: "P1",
  clients: [
    { userPoolId: POOL, clientId: "own", name: "jit" },
    { userPoolId: POOL, clientId: "edited", name: "web", change },
  ],
  connector: { id: "CI1", name: "jit", made: true },
  flow: { flowId: document.flowId },
};
const state: UndoState = {
  flow: document,
  connector,
  connectorsReadable: true,
  callers: [],
  clients: new Map([
    [clientKey(POOL, "own"), sampleClient("own", "jit", {})],
    [clientKey(POOL, "edited"), sampleClient("edited", "web", { List: ["y", "x"], A: 2 })],
  ]),
};

function planned(stateChange: Partial<UndoState>, recordChange: Partial<JitSetupRecord> = {}): readonly string[] {
  return planUndo({ ...record, ...recordChange }, { ...state, ...stateChange }).map(
    ({ subject, operation, reason }) => `${subject} ${operation}${reason === undefined ? "" : ` ${reason}`}`,
  );
}

function clients(
  own: Readonly<Record<string, unknown>>,
  edited: Readonly<Record<string, unknown>>,
): Partial<UndoState> {
  return {
    clients: new Map([
      [clientKey(POOL, "own"), sampleClient("own", "jit", own)],
      [clientKey(POOL, "edited"), sampleClient("edited", "web", edited)],
    ]),
  };
}

describe("a set-up", () => {
  const whole = ["flow delete", "connector delete", "app-client delete", "app-client restore"];
  const renamed = { ...document, metadata: { ...document.metadata, description: "mine now" } };
  test.each<[string, Partial<UndoState>, Partial<JitSetupRecord>, readonly string[]]>([
    ["is taken back whole, flow first", {}, {}, whole],
    [
      "leaves what is gone",
      { flow: undefined, connector: undefined, clients: new Map() },
      {},
      ["flow keep gone", "connector keep gone", "app-client keep gone", "app-client keep gone"],
    ],
    [
      "leaves a flow that is somebody's now, and the connector that it calls",
      { flow: renamed },
      {},
      ["flow keep changed-since", "connector keep in-use", ...whole.slice(2)],
    ],
    [
      "leaves a connector that another flow calls",
      { callers: ["other"] },
      {},
      ["flow delete", "connector keep in-use", ...whole.slice(2)],
    ],
    [
      "leaves a connector that was there before",
      {},
      { connector: { id: "CI1", name: "jit", made: false } },
      ["flow delete", "connector keep not-made", ...whole.slice(2)],
    ],
    [
      "leaves a connector that it cannot see",
      { connector: undefined, connectorsReadable: false },
      {},
      ["flow delete", "connector keep by-hand", ...whole.slice(2)],
    ],
    [
      "leaves a client that an application uses, and settings that changed",
      clients({ CallbackURLs: ["x"] }, { A: 3 }),
      {},
      [...whole.slice(0, 2), "app-client keep changed-since", "app-client keep changed-since"],
    ],
  ])("%s", (_name, stateChange, recordChange, expected) => {
    expect(planned(stateChange, recordChange)).toEqual(expected);
  });

  test("restores every setting as it was", () => {
    const step = planUndo(record, state).find(({ operation }) => operation === "restore");
    expect(step?.settings).toEqual({ ...change.before, ClientName: "web" });
  });
});

describe("the record", () => {
  test("keeps the settings from before the first of several changes", () => {
    const again = withClient(record, {
      userPoolId: POOL,
      clientId: "edited",
      name: "web",
      change: { before: change.after, after: { A: 3 } },
    });
    expect(again.clients.find(({ clientId }) => clientId === "edited")?.change).toEqual({
      before: change.before,
      after: { A: 3 },
    });
    // What was made stays what was made, whatever is done to it later.
    const made = withClient(record, { userPoolId: POOL, clientId: "own", name: "jit", change });
    expect(made.clients.find(({ clientId }) => clientId === "own")?.change).toBeUndefined();
  });

  test.each([
    [undefined],
    [7],
    [{}],
    [{ version: 2, projectId: "P1", clients: [] }],
    [{ version: 1, projectId: "P2", clients: [] }],
  ])("is not %j", (value) => {
    expect(readRecord(value, "P1")).toBeUndefined();
  });

  test("of nothing can be read back", () => {
    expect(readRecord(JSON.parse(JSON.stringify(emptyRecord("P1"))), "P1")).toEqual(emptyRecord("P1"));
  });
});

test.each([
  [{ connectors: { gatewayProbe: { status: 400 } } }, "let-in"],
  [{ connectors: { gatewayProbe: { statusCode: 400, body: {}, headers: {} } } }, "let-in"],
  [{ connectors: { gatewayProbe: { body: { status: 400 } } } }, "let-in"],
  [{ gatewayProbe: { status: 401 } }, "refused"],
  [{ connectors: { gatewayProbe: { statusCode: 401, body: "" } } }, "refused"],
  [{ connectors: { gatewayProbe: "<html>" } }, "unreached"],
  [{ connectors: {} }, "unreached"],
  [{}, "untold"],
  [undefined, "untold"],
])("the output %j of the probe says that the connector is %s", (output, expected) => {
  expect(judgeConnectorProbe(output)).toBe(expected);
});
