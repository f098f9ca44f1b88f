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

/** Arguments of the provider's resources that are written; see `facts.md#terraform` of the Descope adapter. */
const CONNECTOR_ARGUMENTS = ["name", "description", "base_url", "authentication", "hmac_secret", "headers"];

interface Document {
  readonly variable?: Readonly<Record<string, { readonly sensitive: boolean }>>;
  readonly locals: {
    readonly cognito_to_descope_connector: Readonly<Record<string, unknown>>;
    readonly cognito_to_descope_flow: Readonly<Record<string, unknown>>;
    readonly cognito_to_descope_user_attributes: readonly Readonly<Record<string, unknown>>[];
  };
}

describe("what is made by hand", () => {
  test("is told step by step without a secret, in the order of the console", () => {
    const steps = consoleSteps({ connector, flowId: "f", flowFile: "f.json" });
    expect(steps.join("\n")).not.toContain("canary");
    expect(steps).toContain("Connector name: My JIT");
    expect(steps.at(-1)).toContain("take the file f.json");
    expect(consoleSteps({ connector, flowId: "f" }).at(-1)).toContain("--connector-by-hand");
    expect(consoleSteps({ connector: direct, flowId: "f" })).toContain(
      "Header: X-Amz-Target = AWSCognitoIdentityProviderService.InitiateAuth",
    );
  });

  test("is given to Terraform with the provider's own arguments, secrets as variables, and nothing worked out by accident", () => {
    const text = renderTerraform({ connector, attributes, flowId: "f", flowFile: "f.json" });
    expect(text).not.toContain("canary");
    const { variable, locals } = JSON.parse(text) as Document;
    expect(Object.values(variable ?? {}).map(({ sensitive }) => sensitive)).toEqual([true, true]);
    const made = locals.cognito_to_descope_connector;
    expect(Object.keys(made).filter((name) => !CONNECTOR_ARGUMENTS.includes(name))).toEqual([]);
    expect(made).toMatchObject({
      base_url: "https://jit.example.com/$${x}",
      authentication: { bearer_token: "${var.c2d_jit_token}" },
    });
    expect(locals.cognito_to_descope_flow).toEqual({ data: '${file("${path.module}/f.json")}' });
    expect(locals.cognito_to_descope_user_attributes).toEqual([
      { id: "cognitoSub", name: "Cognito sub", type: "string" },
      { id: "odd", name: "100 %%{if}", type: "boolean" },
    ]);
    const plain = JSON.parse(
      renderTerraform({ connector: direct, attributes, flowId: "f", flowFile: "f" }),
    ) as Document;
    expect(plain.variable).toBeUndefined();
    expect(plain.locals.cognito_to_descope_connector["headers"]).toMatchObject({
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
