import { fc } from "@fast-check/vitest";
import type { FlowDocument } from "../../src/flows/flow-document.ts";

/** Fields that nobody here knows; their names are none of those that have a meaning. */
const unknownFields = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 8 }).map((name) => `own-${name}`),
  fc.jsonValue({ maxDepth: 2 }),
  { maxKeys: 3 },
);

const record = <T extends object>(known: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.tuple(known, unknownFields).map(([fields, unknown]) => ({ ...unknown, ...fields }));

const task = record(
  fc.record(
    {
      id: fc.string(),
      name: fc.string(),
      type: fc.constantFrom("screen", "automated", "condition", "flow"),
      action: fc.string(),
      next: fc.oneof(
        fc.constant({}),
        record(fc.record({ rules: fc.array(record(fc.record({ interactionId: fc.string(), taskId: fc.string() }))) })),
      ),
    },
    { requiredKeys: [] },
  ),
);

/** Any flow of the grammar, good or not, with unknown fields at every level. */
export const anyFlow: fc.Arbitrary<FlowDocument> = record(
  fc.record(
    {
      flowId: fc.string({ minLength: 1 }),
      metadata: record(
        fc.record(
          {
            name: fc.string(),
            description: fc.string(),
            componentsVersion: fc.string(),
            disabled: fc.boolean(),
            version: fc.nat(),
            etag: fc.string(),
            translation: fc.oneof(
              fc.constant(null),
              record(
                fc.record(
                  { enabled: fc.boolean(), connectorId: fc.string(), targetLanguages: fc.array(fc.string()) },
                  { requiredKeys: [] },
                ),
              ),
            ),
          },
          { requiredKeys: [] },
        ),
      ),
      contents: record(fc.record({ tasks: fc.dictionary(fc.string({ minLength: 1 }), task, { maxKeys: 4 }) })),
      screens: fc.uniqueArray(
        record(
          fc.record(
            {
              screenId: fc.string({ minLength: 1 }),
              interactions: fc.array(unknownFields, { maxLength: 2 }),
              contents: unknownFields,
            },
            { requiredKeys: ["screenId"] },
          ),
        ),
        { selector: ({ screenId }) => screenId, maxLength: 3 },
      ),
      references: record(fc.record({ connectors: fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 }) })),
    },
    { requiredKeys: ["flowId", "metadata", "contents"] },
  ),
);
