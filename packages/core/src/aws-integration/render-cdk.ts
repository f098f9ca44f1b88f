import { type Deferred, type Integration, isDeferred, type Resource, type Value } from "./integration.ts";
import { remarks } from "./remarks.ts";

/** Module and class of each resource type. The local name of a module is that of its service. */
const CLASSES: Readonly<Record<string, readonly [module: string, className: string]>> = {
  "AWS::ApiGateway::Authorizer": ["apigateway", "CfnAuthorizer"],
  "AWS::ApiGatewayV2::Authorizer": ["apigatewayv2", "CfnAuthorizer"],
  "AWS::AppSync::GraphQLApi": ["appsync", "CfnGraphQLApi"],
  "AWS::Cognito::IdentityPool": ["cognito", "CfnIdentityPool"],
  "AWS::Cognito::IdentityPoolRoleAttachment": ["cognito", "CfnIdentityPoolRoleAttachment"],
  "AWS::ElasticLoadBalancingV2::ListenerRule": ["elasticloadbalancingv2", "CfnListenerRule"],
  "AWS::IAM::OIDCProvider": ["iam", "CfnOIDCProvider"],
  "AWS::IAM::Role": ["iam", "CfnRole"],
  "AWS::IAM::RolePolicy": ["iam", "CfnRolePolicy"],
  "AWS::Lambda::Function": ["lambda", "CfnFunction"],
  "AWS::Lambda::Permission": ["lambda", "CfnPermission"],
  "AWS::Logs::LogGroup": ["logs", "CfnLogGroup"],
};

/** An integration as a stack of the AWS CDK, in TypeScript. */
export function renderCdk(integration: Integration): string {
  const { title, parameters, resources, outputs } = integration;
  const modules = [...new Set(resources.map(({ type }) => classOf(type)[0]))].sort();
  const body = [
    ...parameters.map(
      ({ name, description, secret }) =>
        `const ${local(name)} = new CfnParameter(this, ${JSON.stringify(name)}, ${object(
          [["description", JSON.stringify(description)], ...(secret ? ([["noEcho", "true"]] as const) : [])],
          "    ",
        )});`,
    ),
    ...resources.flatMap(renderResource),
    ...outputs.map(
      ({ name, description, value }) =>
        `new CfnOutput(this, ${JSON.stringify(name)}, ${object(
          [
            ["description", JSON.stringify(description)],
            ["value", expression(value, "      ", camelName)],
          ],
          "    ",
        )});`,
    ),
  ];
  const code = withoutUnusedNames(body.map((statement) => `    ${statement}`).join("\n"));
  const names = ["Aws", "CfnOutput", "CfnParameter", "RemovalPolicy"].filter((name) =>
    new RegExp(`\\b${name}\\b`).test(code),
  );
  return [
    ...remarks(integration).map((line) => (line === "" ? "//" : `// ${line}`)),
    `import { ${[...names, "Stack", "type StackProps"].join(", ")} } from "aws-cdk-lib";`,
    ...modules.map((module) => `import * as ${module} from "aws-cdk-lib/aws-${module}";`),
    'import type { Construct } from "constructs";',
    "",
    `/** ${title}. */`,
    `export class ${className(integration.target)} extends Stack {`,
    "  constructor(scope: Construct, id: string, props: StackProps = {}) {",
    `    super(scope, id, { description: ${JSON.stringify(`${title}.`)}, ...props });`,
    code,
    "  }",
    "}",
    "",
  ].join("\n");
}

/** Name of the class that a target becomes. */
export function className(target: string): string {
  const words = target.split("-").map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
  return `${words.join("")}Stack`;
}

/** A name that nothing refers to would not compile under the options that many projects have. */
function withoutUnusedNames(code: string): string {
  return code.replace(/const (\w+) = (?=new )/g, (declaration, name: string) =>
    code.match(new RegExp(`\\b${name}\\b(?=[.,)}])`)) === null ? "" : declaration,
  );
}

function renderResource({ id, type, properties, unpublished, comment, existing }: Resource): readonly string[] {
  const [module, name] = classOf(type);
  const entries = Object.entries(properties).map(
    ([property, value]) => [camelName(property), expression(value, "      ", camelName)] as const,
  );
  return [
    `// ${comment}`,
    `const ${local(id)} = new ${module}.${name}(this, ${JSON.stringify(id)}, ${object(entries, "    ")});`,
    ...Object.entries(unpublished ?? {}).map(
      ([property, value]) =>
        `${local(id)}.addPropertyOverride(${JSON.stringify(property)}, ${expression(value, "    ", (key) => key)});`,
    ),
    ...(existing === undefined ? [] : [`${local(id)}.applyRemovalPolicy(RemovalPolicy.RETAIN);`]),
  ];
}

function classOf(type: string): readonly [string, string] {
  const found = CLASSES[type];
  if (found === undefined) throw new TypeError(`there is no CDK class for ${type}`);
  return found;
}

/** A value as an expression. `name` turns the names of properties into those of the CDK. */
function expression(value: Value, indent: string, name: (property: string) => string): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    const items = (value as readonly Value[]).map((item) => `${indent}  ${expression(item, `${indent}  `, name)},`);
    return `[\n${items.join("\n")}\n${indent}]`;
  }
  if (isDeferred(value)) return deferred(value, indent, name);
  return object(
    Object.entries(value).map(([key, part]) => [name(key), expression(part, `${indent}  `, name)]),
    indent,
  );
}

function deferred(value: Deferred, indent: string, name: (property: string) => string): string {
  switch (value.$) {
    case "parameter":
      return `${local(value.name)}.valueAsString`;
    case "attribute":
      return `${local(value.resource)}.${value.attribute === "id" ? "ref" : "attrArn"}`;
    case "account":
      return "Aws.ACCOUNT_ID";
    case "text":
      return `\`${value.parts.map((part) => (typeof part === "string" ? escapeTemplate(part) : `\${${deferred(part, indent, name)}}`)).join("")}\``;
    case "map":
      return object(
        Object.entries(value.entries).map(([key, part]) => [key, expression(part, `${indent}  `, name)]),
        indent,
      );
    case "json":
      return expression(value.value, indent, (key) => key);
    default:
      return value satisfies never;
  }
}

function object(entries: readonly (readonly [key: string, expression: string])[], indent: string): string {
  const lines = entries.map(
    ([key, part]) => `${indent}  ${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${part},`,
  );
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function escapeTemplate(text: string): string {
  return text.replace(/[\\`]|\$\{/g, (found) => `\\${found}`);
}

function local(id: string): string {
  return `${id.slice(0, 1).toLowerCase()}${id.slice(1)}`;
}

/** The name that the CDK gives a property: `OpenIdConnectProviderARNs` becomes `openIdConnectProviderArns`. */
export function camelName(property: string): string {
  const words = property.replace(
    /(ARN|ID|URL)s\b/g,
    (_, word: string) => `${word.slice(0, 1)}${word.slice(1).toLowerCase()}s`,
  );
  return (words.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+/g) ?? [])
    .map((word, index) =>
      index === 0 ? word.toLowerCase() : `${word.slice(0, 1).toUpperCase()}${word.slice(1).toLowerCase()}`,
    )
    .join("");
}
