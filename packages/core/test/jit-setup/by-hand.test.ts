import {
  consoleSteps,
  directConnector,
  gatewayConnector,
  generateFlow,
  renderTerraform,
  snapshotPatch,
} from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";

const secrets = { token: "canary-token", hmacSecret: "canary-hmac" };
const connector = gatewayConnector("My JIT", "https://jit.example.com/${x}", secrets, { sha256: () => "0".repeat(64) });
const direct = directConnector("Cognito", "eu-west-1");
const { document } = generateFlow({ kind: "jit-password", connector: { name: "My JIT" } });
const attributes = [
  { name: "cognitoSub", type: "string", displayName: "Cognito sub" },
  { name: "odd", type: "boolean", displayName: "100 %{if}" },
];

/** Arguments that the provider documents; see `facts.md#terraform` of the Descope adapter. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  descope_http_connector: ["project_id", "name", "base_url", "description", "authentication", "headers", "hmac_secret"],
  descope_flow: ["project_id", "flow_id", "data", "depends_on"],
  descope_user_attribute: ["project_id", "id", "name", "type"],
};

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

interface Document {
  readonly variable?: Readonly<Record<string, { readonly sensitive: boolean }>>;
  readonly resource: Resources;
}

describe("what is made by hand", () => {
  test("is told step by step without a secret, in the order of the console", () => {
    const steps = consoleSteps({ connector, flowId: "f", flowFile: "f.json" });
    expect(steps.join("\n")).not.toContain("canary");
    expect(steps).toContain("Name: My JIT");
    expect(steps.at(-1)).toContain("take the file f.json");
    expect(consoleSteps({ connector, flowId: "f" }).at(-1)).toContain("--connector-by-hand");
    expect(consoleSteps({ connector: direct, flowId: "f" })).toContain(
      "Header: X-Amz-Target = AWSCognitoIdentityProviderService.InitiateAuth",
    );
  });

  test("is given to Terraform with the provider's own arguments, secrets as variables, and nothing worked out by accident", () => {
    const parts = { projectId: "P1", attributes, flowId: "f", flowFile: "f.json" };
    const text = renderTerraform({ ...parts, connector });
    expect(text).not.toContain("canary");
    const { variable, resource } = JSON.parse(text) as Document;
    expect(Object.values(variable ?? {}).map(({ sensitive }) => sensitive)).toEqual([true, true]);
    for (const [type, made] of Object.entries(resource)) {
      for (const body of Object.values(made)) {
        expect(Object.keys(body).filter((name) => ARGUMENTS[type]?.includes(name) !== true)).toEqual([]);
        expect(body["project_id"]).toBe("P1");
      }
    }
    expect(resource["descope_http_connector"]?.["cognito_to_descope_jit"]).toMatchObject({
      base_url: "https://jit.example.com/$${x}",
      authentication: { bearer_token: "${var.c2d_jit_token}" },
    });
    expect(resource["descope_flow"]?.["cognito_to_descope_jit"]).toMatchObject({
      flow_id: "f",
      data: '${file("${path.module}/f.json")}',
      depends_on: ["descope_http_connector.cognito_to_descope_jit"],
    });
    expect(resource["descope_user_attribute"]).toEqual({
      cognito_cognitoSub: { project_id: "P1", id: "cognitoSub", name: "Cognito sub", type: "string" },
      cognito_odd: { project_id: "P1", id: "odd", name: "100 %%{if}", type: "boolean" },
    });
    const plain = JSON.parse(renderTerraform({ ...parts, attributes: [], connector: direct })) as Document;
    expect(plain.variable).toBeUndefined();
    expect(plain.resource["descope_user_attribute"]).toBeUndefined();
    expect(plain.resource["descope_http_connector"]?.["cognito_to_descope_jit"]?.["headers"]).toMatchObject({
      "Content-Type": "application/x-amz-json-1.1",
    });
  });

  test("is given to a snapshot as the files that it lacks, with secrets blank", () => {
    const files = snapshotPatch(connector, document);
    expect(Object.keys(files).slice(0, 3)).toEqual([
      "connectors/my-jit.json",
      "flows/cognito-jit-password/metadata.json",
      "flows/cognito-jit-password/contents.json",
    ]);
    expect(JSON.stringify(files)).not.toContain("canary");
    expect(files["connectors/my-jit.json"]).toMatchObject({ configuration: { hmacSecret: "" } });
  });
});
