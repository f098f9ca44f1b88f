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
 * The console's own words were read in Descope's documentation of the generic HTTP connector; the pages may have moved since.
 */
export function consoleSteps({ connector, flowId, flowFile }: ByHand): readonly string[] {
  const { configuration } = connector;
  const headers = (configuration["headers"] ?? []) as readonly { readonly key: string; readonly value: string }[];
  const isSigned = typeof configuration["hmacSecret"] === "string";
  return [
    "In Descope's console open Connectors, choose Create Connector, and take the generic HTTP connector.",
    `Connector name: ${connector.name}`,
    `Base URL: ${String(configuration["baseUrl"])}`,
    isSigned
      ? "Authentication type: bearer token. Token: the value of C2D_JIT_TOKEN in .env.c2d-jit"
      : "Authentication type: none",
    ...headers.map(({ key, value }) => `Header: ${key} = ${value}`),
    ...(isSigned ? ["HMAC secret: the value of C2D_JIT_HMAC_SECRET in .env.c2d-jit"] : []),
    "Leave the rest as it is: trust only known certificates, response headers not in the context.",
    "Test the connection is not needed: `c2d jit check` does it without a user.",
    ...(flowFile === undefined
      ? [
          `Run \`c2d jit setup --connector-by-hand\` with the same options: it writes the flow ${flowId}, which calls the connector by its name.`,
        ]
      : [
          `In Flows choose Import, and take the file ${flowFile}. It must have the ID ${flowId}, which no other flow may have.`,
        ]),
  ];
}
