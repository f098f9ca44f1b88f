import type { FlowDocument, FlowScreen } from "../flow-document.ts";
import { isJsonObject, type JsonObject, objectsOf, textOf } from "../json.ts";

/** Properties that say how a component looks, and nothing of what it does. */
const LOOK: ReadonlySet<string> = new Set([
  "align",
  "background",
  "bordered",
  "color",
  "full-width",
  "justify",
  "label-type",
  "mode",
  "paddingX",
  "paddingY",
  "shape",
  "size",
  "space-between",
  "spaceBetween",
  "text-align",
  "width",
]);

/** Makes new screens look like those of a flow: its logo above, and its components' sizes and colours. */
export function adoptLook(screens: readonly FlowScreen[], template: FlowDocument): readonly FlowScreen[] {
  const nodes = allNodes(template);
  const models = new Map<string, JsonObject>();
  for (const node of nodes) if (!models.has(nodeType(node))) models.set(nodeType(node), node);
  const logo = models.get("Logo");
  return screens.map((screen) => {
    const contents = Object.fromEntries(
      Object.entries(screen.contents ?? {}).map(([id, node]) => [
        id,
        isJsonObject(node) ? dressed(node, id === "ROOT" ? models.get("Container") : models.get(nodeType(node))) : node,
      ]),
    );
    return { ...screen, contents: logo === undefined ? contents : withLogo(contents, logo) };
  });
}

function allNodes({ screens, contents }: FlowDocument): readonly JsonObject[] {
  const trees = [
    ...(screens ?? []).map((screen) => screen.contents),
    ...Object.values(contents.tasks).map((task) => task["htmlTemplate"]),
  ];
  return trees.flatMap((tree) => (isJsonObject(tree) ? objectsOf(Object.values(tree)) : []));
}

function nodeType(node: JsonObject): string {
  return isJsonObject(node["type"]) ? textOf(node["type"]["resolvedName"]) : "";
}

function dressed(node: JsonObject, model: JsonObject | undefined): JsonObject {
  if (!isJsonObject(model?.["props"]) || !isJsonObject(node["props"])) return node;
  const look = Object.entries(model["props"]).filter(([name]) => LOOK.has(name) || name.startsWith("st-"));
  return { ...node, props: { ...node["props"], ...Object.fromEntries(look) } };
}

function withLogo(contents: JsonObject, logo: JsonObject): JsonObject {
  const root = contents["ROOT"];
  if (!isJsonObject(root) || !isJsonObject(logo["props"])) return contents;
  const nodes = Array.isArray(root["nodes"]) ? root["nodes"] : [];
  return {
    ...contents,
    ROOT: { ...root, nodes: ["logo", ...nodes] },
    logo: { ...logo, parent: "ROOT", nodes: [], props: { ...logo["props"], id: "logo" } },
  };
}
