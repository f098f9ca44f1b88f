import {
  DEFAULT_CONNECTOR_NAME,
  FLOW_KINDS,
  type FlowKind,
  generateFlow,
  type GenerateFlowOptions,
  lintFlow,
} from "@cognito-to-descope/core";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { printFlowFindings, printFlowNeeds } from "../flow/print-flow.ts";
import { readFlowInput } from "../flow/read-flow-input.ts";
import { writeFlow, type WriteFlowOptions } from "../flow/write-flow.ts";
import type { Command, GlobalOptions } from "../invocation.ts";

interface EmitOptions extends WriteFlowOptions {
  readonly template?: string;
  readonly flowId?: string;
  readonly name?: string;
  readonly identifier?: "email" | "phone" | "login-id";
  readonly connector?: string;
  readonly connectorId?: string;
  readonly endpoint?: string;
  readonly timeout?: number;
  readonly userPoolId?: string;
  readonly unknownUsers?: "verify" | "refuse" | "sign-up";
  readonly secondFactor?: "when-asked" | "always";
  readonly clientId?: string;
  readonly signUpAction?: string;
  readonly templateEscaping?: "unknown" | "json" | "raw";
  readonly method?: "magic-link" | "otp-email" | "otp-sms" | "password";
  readonly passkeys?: boolean;
  readonly provider?: string;
  readonly afterwards?: "magic-link" | "otp-email" | "otp-sms" | "password";
}

/** Options that every kind takes. */
const COMMON: ReadonlySet<string> = new Set(["template", "flowId", "name", "identifier", "format", "output"]);
const CONNECTOR = ["connector", "connectorId", "timeout"] as const;

/** Options that only some kinds take. */
const OWN: Readonly<Record<FlowKind, ReadonlySet<string>>> = {
  "jit-password": new Set([...CONNECTOR, "endpoint", "userPoolId", "unknownUsers", "secondFactor"]),
  combined: new Set([...CONNECTOR, "endpoint", "userPoolId", "unknownUsers", "secondFactor"]),
  "direct-cognito": new Set([...CONNECTOR, "clientId", "signUpAction", "templateEscaping"]),
  "reset-password": new Set(),
  passwordless: new Set(["method", "unknownUsers", "passkeys"]),
  "cognito-oidc": new Set(["provider", "afterwards"]),
  "token-claims": new Set(["method"]),
};

const GLOBAL: ReadonlySet<string> = new Set(["config", "state", "json", "quiet", "color", "yes", "debug", "verbose"]);

/** Writes a flow for one way of moving users. */
export const flowEmit: Command<EmitOptions> = async (invocation) => {
  const { output, options, operands } = invocation;
  const kind = FLOW_KINDS.find((one) => one === operands[0]);
  if (kind === undefined) throw usageError("there is no such kind of flow", `choose ${FLOW_KINDS.join(", ")}`);
  refuseForeign(kind, options);
  const template = options.template === undefined ? undefined : await readFlowInput(invocation, options.template);
  const made = generateFlow({ ...optionsOf(kind, options), template });
  const findings = lintFlow(made.document);
  const files = await writeFlow(invocation, made.document, options);
  for (const file of files) output.line(`${file} written`);
  printFlowNeeds(made.needs, output);
  if (findings.length > 0 && !output.json && options.output !== undefined) printFlowFindings(findings, output);
  output.document({ kind, flowId: made.document.flowId, files, needs: made.needs, findings, document: made.document });
  return EXIT_CODES.done;
};

function refuseForeign(kind: FlowKind, options: EmitOptions & GlobalOptions): void {
  const foreign = Object.entries(options)
    // A flag that is on unless it is switched off was given only when it is off.
    .filter(([name, value]) => value !== undefined && !(name === "passkeys" && value === true))
    .map(([name]) => name)
    .filter((name) => !COMMON.has(name) && !OWN[kind].has(name) && !GLOBAL.has(name));
  if (foreign.length === 0) return;
  const flags = foreign.map((name) => (name === "passkeys" ? "--no-passkeys" : flagOf(name)));
  throw usageError(
    `${flags.join(", ")} ${flags.length === 1 ? "has" : "have"} no meaning for a flow of the kind ${kind}`,
    [...OWN[kind]].length === 0 ? "leave it out" : `it takes ${[...OWN[kind]].map(flagOf).join(", ")}`,
  );
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function optionsOf(kind: FlowKind, options: EmitOptions): GenerateFlowOptions {
  const { flowId, name, identifier, timeout, unknownUsers, method } = options;
  const common = { flowId, name, identifier };
  const connector = { name: options.connector ?? DEFAULT_CONNECTOR_NAME, id: options.connectorId };
  switch (kind) {
    case "jit-password":
    case "combined":
      return {
        kind,
        ...common,
        connector,
        endpoint: options.endpoint,
        timeoutSeconds: timeout,
        userPoolId: options.userPoolId,
        unknownUsers: oneOf("--unknown-users", unknownUsers, ["verify", "refuse"]),
        secondFactor: options.secondFactor,
      };
    case "direct-cognito":
      if (options.clientId === undefined)
        throw usageError("a flow of the kind direct-cognito needs an app client", "name it with --client-id");
      return {
        kind,
        ...common,
        connector,
        clientId: options.clientId,
        signUpAction: options.signUpAction,
        templateEscaping: options.templateEscaping,
        timeoutSeconds: timeout,
      };
    case "reset-password":
      return { kind, ...common };
    case "passwordless":
      return {
        kind,
        ...common,
        method: oneOf("--method", method, ["magic-link", "otp-email", "otp-sms"]),
        unknownUsers: oneOf("--unknown-users", unknownUsers, ["refuse", "sign-up"]),
        passkeys: options.passkeys,
      };
    case "cognito-oidc":
      return { kind, ...common, provider: options.provider, afterwards: options.afterwards };
    case "token-claims":
      return { kind, ...common, method };
    default:
      return kind satisfies never;
  }
}

function oneOf<Value extends string>(
  flag: string,
  value: string | undefined,
  values: readonly Value[],
): Value | undefined {
  const found = values.find((one) => one === value);
  if (value !== undefined && found === undefined)
    throw usageError(`${flag} ${value} has no meaning for this kind of flow`, `choose ${values.join(" or ")}`);
  return found;
}
