import type { Connector } from "../../ports/connectors.ts";

/** What is made by hand, where the project does not let it be written over its API. */
export interface ByHand {
  readonly connector: Connector;
  readonly flowId: string;
  /** Name of the file that holds the flow; absent where the flow is written over the API once the connector is there. */
  readonly flowFile?: string | undefined;
}

/**
 * The steps in Descope's console, one a line, without secrets: where one goes, the variable is named that holds it.
 *
 * The words of the settings are those of Descope's documentation of the generic HTTP connector; the pages may have moved since.
 */
export function consoleSteps({ connector, flowId, flowFile }: ByHand): readonly string[] {
  const { configuration } = connector;
  const headers = (configuration["headers"] ?? []) as readonly { readonly key: string; readonly value: string }[];
  const isSigned = typeof configuration["hmacSecret"] === "string";
  return [
    "In Descope's console open Connectors, and add a Generic HTTP Connector.",
    `Name: ${connector.name}`,
    `Base URL: ${String(configuration["baseUrl"])}`,
    isSigned
      ? "Authentication Type: Bearer Token. Token: the value of C2D_JIT_TOKEN in .env.c2d-jit"
      : "Authentication Type: None",
    ...headers.map(({ key, value }) => `Header: ${key} = ${value}`),
    ...(isSigned ? ["HMAC Secret: the value of C2D_JIT_HMAC_SECRET in .env.c2d-jit"] : []),
    'Leave the rest off: "Trust any certificate", "Include response headers in Context", static IPs.',
    "`c2d jit check` tries it out afterwards, without a user.",
    ...(flowFile === undefined
      ? [
          `Run \`c2d jit setup --connector-by-hand\` with the same options: it writes the flow ${flowId}, which calls the connector by its name.`,
        ]
      : [
          `In Flows choose Import, and take the file ${flowFile}. It must have the ID ${flowId}, which no other flow may have.`,
        ]),
  ];
}
