import type { FlowDocument } from "../flow-document.ts";
import { isJsonObject, type JsonObject, objectsOf, textOf } from "../json.ts";

/** Fields of the console's form that say something of a translation, with those of the exported form. */
const TRANSLATION: readonly (readonly [console: string, exported: string])[] = [
  ["translate", "enabled"],
  ["translateConnectorID", "connectorId"],
  ["translateSourceLang", "sourceLanguage"],
  ["translateTargetLangs", "targetLanguages"],
];

/**
 * Makes the exported form (v2) from that of the console and of the v1 API.
 *
 * What has no place of its own in the exported form stays where it was, under its name: nothing is dropped. The shape is
 * for the caller to check.
 */
export function readConsoleFlow(value: JsonObject): JsonObject {
  const { flow, screens, references, ...others } = value;
  const { id, dsl, componentsVersion, translation, ...settings } = (isJsonObject(flow) ? flow : {}) as Record<
    string,
    unknown
  >;
  const translated: Record<string, unknown> = isJsonObject(translation) ? { ...translation } : {};
  for (const [from, to] of TRANSLATION) {
    if (!(from in settings)) continue;
    translated[to] = settings[from];
    delete settings[from];
  }
  const version =
    componentsVersion ??
    objectsOf(screens).findLast((one) => textOf(one["componentsVersion"]) !== "")?.["componentsVersion"];
  return {
    ...others,
    flowId: id,
    metadata: {
      ...settings,
      ...(version === undefined ? {} : { componentsVersion: version }),
      ...(translation === undefined && Object.keys(translated).length === 0
        ? {}
        : { translation: translation === undefined || isJsonObject(translation) ? translated : translation }),
    },
    contents: dsl,
    ...(screens === undefined ? {} : { screens: objectsOf(screens).map((one) => readConsoleScreen(one, id, version)) }),
    ...(references === undefined ? {} : { references }),
  };
}

function readConsoleScreen(screen: JsonObject, flow: unknown, version: unknown): JsonObject {
  const { id, flowId, htmlTemplate, componentsVersion, ...others } = screen;
  return {
    ...others,
    screenId: id,
    ...(flowId === undefined || flowId === flow ? {} : { flowId }),
    ...(componentsVersion === undefined || componentsVersion === version ? {} : { componentsVersion }),
    ...(htmlTemplate === undefined ? {} : { contents: htmlTemplate }),
  };
}

/**
 * Makes the console's form (v1), `{ flow, screens }`.
 *
 * References have no place in it; they stand beside `flow`, where `readConsoleFlow` finds them again.
 */
export function writeConsoleFlow(document: FlowDocument): JsonObject {
  const { flowId, metadata, contents, screens, references, ...others } = document;
  const { componentsVersion, translation, ...settings } = metadata as Record<string, unknown>;
  const { known, rest } = splitTranslation(translation);
  // Each screen carries the version; where one cannot, the flow does.
  const onScreens =
    (screens ?? []).length > 0 &&
    textOf(componentsVersion) !== "" &&
    (screens ?? []).every((one) => one["componentsVersion"] === undefined);
  return {
    ...others,
    flow: {
      ...settings,
      ...known,
      ...rest,
      ...(componentsVersion === undefined || onScreens ? {} : { componentsVersion }),
      id: flowId,
      dsl: contents,
    },
    ...(screens === undefined
      ? {}
      : {
          screens: screens.map(({ screenId, contents: nodes, ...other }) => ({
            flowId,
            ...(onScreens ? { componentsVersion } : {}),
            ...other,
            id: screenId,
            ...(nodes === undefined ? {} : { htmlTemplate: nodes }),
          })),
        }),
    ...(references === undefined ? {} : { references }),
  };
}

function splitTranslation(translation: unknown): { readonly known: JsonObject; readonly rest: JsonObject } {
  if (translation === undefined) return { known: {}, rest: {} };
  if (!isJsonObject(translation)) return { known: {}, rest: { translation } };
  const others: Record<string, unknown> = { ...translation };
  const known: Record<string, unknown> = {};
  for (const [to, from] of TRANSLATION) {
    if (!(from in others)) continue;
    known[to] = others[from];
    delete others[from];
  }
  const isEmpty = Object.keys(others).length === 0;
  return { known, rest: isEmpty && Object.keys(known).length > 0 ? {} : { translation: others } };
}
