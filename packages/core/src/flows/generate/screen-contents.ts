import type { JsonObject } from "../json.ts";
import type { DraftScreen } from "./draft.ts";

const ROOT = "ROOT";

/** The tree of a screen: one column with its components from top to bottom. */
export function screenContents({ components }: DraftScreen): JsonObject {
  return {
    [ROOT]: {
      custom: {},
      displayName: "Container",
      hidden: false,
      isCanvas: true,
      linkedNodes: {},
      nodes: components.map(({ id }) => id),
      props: {
        align: "center",
        background: "",
        "data-editor-type": "container",
        direction: "column",
        id: ROOT,
        justify: "center",
        paddingX: "4",
        paddingY: "4",
        spaceBetween: "4",
        width: "100%",
      },
      type: { resolvedName: "Container" },
    },
    ...Object.fromEntries(
      components.map(({ id, resolvedName, displayName, props, custom }) => [
        id,
        {
          custom: custom ?? {},
          displayName,
          hidden: false,
          isCanvas: false,
          linkedNodes: {},
          nodes: [],
          parent: ROOT,
          props: { ...props, id },
          type: { resolvedName },
        },
      ]),
    ),
  };
}

/** What can happen on a screen, in the form of a list of interactions. */
export function screenInteractions({ components }: DraftScreen): readonly JsonObject[] {
  return components.flatMap(({ interaction }) => (interaction === undefined ? [] : [interaction]));
}
