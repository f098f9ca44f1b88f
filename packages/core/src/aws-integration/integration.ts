/**
 * One way of making an AWS service accept Descope's tokens, as a value. The renderers write it as CloudFormation, CDK or
 * Terraform: what they write cannot disagree, because there is one list of resources.
 */
export interface Integration {
  readonly target: string;
  /** A few words: `HTTP API, JWT authorizer of Descope`. */
  readonly title: string;
  /** What it does, in a sentence or two. */
  readonly description: string;
  /** What of the existing set-up it takes the place of. */
  readonly replaces: readonly string[];
  /** Values that are given when it is deployed: secrets, and what is not known before. */
  readonly parameters: readonly Parameter[];
  readonly resources: readonly Resource[];
  readonly outputs: readonly Output[];
  /** Files beside the document. */
  readonly files: readonly IntegrationFile[];
  /** Name of the file that the code of the function has to be put into, beside the document. */
  readonly bundle?: string;
  readonly runbook: Runbook;
}

/** A value that the document does not hold. */
export interface Parameter {
  /** `DescopeClientSecret`. */
  readonly name: string;
  readonly description: string;
  /** Whether it must not be shown. */
  readonly secret: boolean;
}

/** A resource, in CloudFormation's words. */
export interface Resource {
  /** Name within the document: `DescopeAuthorizer`. */
  readonly id: string;
  /** `AWS::ApiGatewayV2::Authorizer`. */
  readonly type: string;
  readonly properties: Readonly<Record<string, Value>>;
  /** Properties that AWS documents and that its published specification does not have yet. */
  readonly unpublished?: Readonly<Record<string, Value>>;
  /** What it is for. */
  readonly comment: string;
  /** The resource is there already, and this is how it has to be: its ID, as imports name it. */
  readonly existing?: string;
}

/** A value of the document. */
export interface Output {
  readonly name: string;
  readonly description: string;
  readonly value: Value;
}

/** A file beside the document. */
export interface IntegrationFile {
  readonly name: string;
  readonly text: string;
}

/** What to do, in order. */
export interface Runbook {
  readonly before: readonly Step[];
  readonly steps: readonly Step[];
  /** How each of it is taken back. */
  readonly rollback: readonly Step[];
  /** What back ends see differently. */
  readonly backEnds: readonly string[];
  /** What AWS or Descope does not document, or what nobody has tried. */
  readonly doubts: readonly string[];
}

/** One step of a runbook. */
export interface Step {
  readonly text: string;
  readonly commands?: readonly string[];
}

/** A property's value: plain, or worked out when the document is deployed. */
export type Value = string | number | boolean | readonly Value[] | Deferred | ValueObject;

/** An object whose keys are property names. */
export interface ValueObject {
  readonly [name: string]: Value;
}

/** What is not known before the document is deployed, and objects whose keys are data. */
export type Deferred =
  /** A parameter of the integration. */
  | { readonly $: "parameter"; readonly name: string }
  /** What another resource of the document is known by. */
  | { readonly $: "attribute"; readonly resource: string; readonly attribute: "id" | "arn" }
  /** The number of the account that the document is deployed to. */
  | { readonly $: "account" }
  /** Parts put together. */
  | { readonly $: "text"; readonly parts: readonly (string | Deferred)[] }
  /** An object whose keys are data and not names of properties. */
  | { readonly $: "map"; readonly entries: Readonly<Record<string, Value>> }
  /** A document within the document, such as an IAM policy. */
  | { readonly $: "json"; readonly value: Value };

/** Whether a value is one of {@link Deferred}. */
export function isDeferred(value: Value): value is Deferred {
  return typeof value === "object" && !Array.isArray(value) && typeof (value as { $?: unknown }).$ === "string";
}

/** Text with parts that are known when it is deployed, and with texts. */
export function text(strings: TemplateStringsArray, ...values: readonly (string | Deferred)[]): Deferred {
  const parts: (string | Deferred)[] = [];
  const add = (part: string | Deferred): void => {
    const last = parts.at(-1);
    if (typeof part !== "string") parts.push(part);
    else if (typeof last === "string") parts[parts.length - 1] = `${last}${part}`;
    else if (part !== "") parts.push(part);
  };
  strings.forEach((string, index) => {
    add(string);
    const value = values[index];
    if (typeof value === "object" && value.$ === "text") value.parts.forEach(add);
    else if (value !== undefined) add(value);
  });
  return { $: "text", parts };
}

/** What another resource of the document is known by. */
export function attribute(resource: string, name: "id" | "arn"): Deferred {
  return { $: "attribute", resource, attribute: name };
}
