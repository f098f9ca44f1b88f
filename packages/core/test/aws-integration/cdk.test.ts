import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderIntegration } from "@cognito-to-descope/core";
import { camelName, className } from "../../src/aws-integration/render-cdk.ts";
import { sampleIntegrations } from "./samples.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
// Inside the repository, so that the CDK is found as in a project of its own.
const directory = mkdtempSync(join(root, ".cdk-"));
afterAll(() => rmSync(directory, { recursive: true }));

beforeAll(() => {
  for (const [name, integration] of sampleIntegrations) {
    writeFileSync(join(directory, `${name}.ts`), renderIntegration(integration, "cdk"));
    for (const file of integration.files) writeFileSync(join(directory, file.name), file.text);
  }
  writeFileSync(
    join(directory, "tsconfig.json"),
    JSON.stringify({
      extends: "../tsconfig.json",
      compilerOptions: { isolatedDeclarations: false },
      include: ["*.ts"],
    }),
  );
});

test("the stacks of all targets, and the files beside them, compile under strict options", () => {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", directory, "--pretty", "false"], {
    cwd: root,
    encoding: "utf8",
    timeout: 120_000,
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});

test("the stacks of all targets synthesise, without a network, to the very resources of the templates", () => {
  const { templates: synthesised, remarks } = synthesise();
  // The CDK checks templates too: it knows of JwtConfiguration as little as the published specification does.
  const warnings = remarks.split("\n").filter((line) => /^(?:WARNING|ERROR)/.test(line));
  expect(warnings).toEqual([expect.stringContaining("('JwtConfiguration' was unexpected)")]);
  for (const [name, integration] of sampleIntegrations) {
    const template = JSON.parse(renderIntegration(integration, "cloudformation-json")) as Template;
    expect(comparable(synthesised[name]), name).toEqual(comparable(template));
  }
}, 180_000);

test.each([
  ["OpenIdConnectProviderARNs", "openIdConnectProviderArns"],
  ["OpenIDConnectConfig", "openIdConnectConfig"],
  ["AuthTTL", "authTtl"],
  ["RoleARN", "roleArn"],
  ["ApiId", "apiId"],
  ["S3Bucket", "s3Bucket"],
  ["UserPoolConfig", "userPoolConfig"],
])("the CDK calls %s %s", (property, name) => {
  expect(camelName(property)).toBe(name);
});

interface Template {
  readonly Parameters?: Readonly<Record<string, object>>;
  readonly Resources: Readonly<Record<string, object>>;
  readonly Outputs?: object;
}

function synthesise(): { readonly templates: Readonly<Record<string, Template>>; readonly remarks: string } {
  const imports = sampleIntegrations.map(
    ([name], index) => `import { ${className(name)} as Stack${index} } from "./${name}.ts";`,
  );
  const stacks = sampleIntegrations.map(([name], index) => `[${JSON.stringify(name)}]: templateOf(Stack${index}),`);
  const program = `
    import { App, DefaultStackSynthesizer } from "aws-cdk-lib";
    ${imports.join("\n")}
    function templateOf(Stack) {
      const app = new App({
        analyticsReporting: false,
        outdir: ${JSON.stringify(join(directory, "out"))},
        defaultStackSynthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
      });
      new Stack(app, "Emitted");
      return app.synth().getStackByName("Emitted").template;
    }
    console.log(JSON.stringify({ ${stacks.join("\n")} }));`;
  writeFileSync(join(directory, "synthesise.mjs"), program);
  // Whatever asks for a name or an address fails at once.
  const blocked = `import dns from "node:dns"; import net from "node:net";
    const refuse = () => { throw new Error("the network was used"); };
    dns.lookup = refuse; net.Socket.prototype.connect = refuse;`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(blocked)}`, join(directory, "synthesise.mjs")],
    { cwd: directory, encoding: "utf8", timeout: 120_000 },
  );
  if (status !== 0) throw new Error(stderr);
  return { templates: JSON.parse(stdout) as Readonly<Record<string, Template>>, remarks: stderr };
}

/** What decides what is deployed. The words of a template for people are left out, and texts put together are joined. */
function comparable(template: Template | undefined): unknown {
  const { Parameters, Resources, Outputs } = template ?? { Resources: {} };
  const resources = Object.fromEntries(
    Object.entries(Resources).map(([id, resource]) => [id, { ...resource, Metadata: undefined }]),
  );
  return joined({ Parameters, Resources: resources, Outputs });
}

function joined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(joined);
  if (typeof value !== "object" || value === null) return value;
  const { "Fn::Join": join_, "Fn::Sub": substitution } = value as { "Fn::Join"?: unknown[]; "Fn::Sub"?: string };
  if (join_ !== undefined) {
    return (join_[1] as unknown[]).map((part) => (typeof part === "string" ? part : reference(part))).join("");
  }
  if (substitution !== undefined) return substitution.replaceAll("${!", "${");
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, joined(part)]));
}

function reference(part: unknown): string {
  const { Ref, "Fn::GetAtt": attribute } = part as { Ref?: string; "Fn::GetAtt"?: string[] };
  return `\${${Ref ?? attribute?.join(".")}}`;
}
