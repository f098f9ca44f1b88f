/** Inputs that AWS's model allows, at random. */

import { array, boolean, constantFrom, dictionary, integer, oneof, option, record, string } from "fast-check";
import type { Arbitrary } from "fast-check";

import { modelShapes } from "../../src/cognito/aws-model.ts";

/** Values that exist, so that operations get past their first look-up. */
export type KnownValues = Readonly<Record<string, readonly string[]>>;

/** Random values of a shape; members named in `known` often have one of its values. */
export function arbitraryOf(name: string, known: KnownValues, member = "", depth = 0): Arbitrary<unknown> {
  const shape = modelShapes[name];
  const values = known[member];
  if (values !== undefined) return constantFrom(...values);
  if (shape === undefined) throw new RangeError(`no shape ${name}`);
  switch (shape.type) {
    case "structure": {
      const members = Object.entries(shape.members ?? {}).map(([key, inner]) => {
        const arbitrary = arbitraryOf(inner, known, key, depth + 1);
        const needed = shape.required?.includes(key) === true;
        return [key, needed ? arbitrary : option(arbitrary, { nil: undefined, freq: depth > 2 ? 1 : 3 })] as const;
      });
      return record(Object.fromEntries(members));
    }
    case "list":
      return array(arbitraryOf(shape.member ?? "", known, member, depth + 1), {
        maxLength: Math.min(3, shape.max ?? 3),
      });
    case "map":
      return dictionary(
        oneof(
          string({ maxLength: 10 }),
          constantFrom("USERNAME", "PASSWORD", "REFRESH_TOKEN", "SRP_A", "ANSWER", "client_id"),
        ),
        arbitraryOf(shape.value ?? "", known, member, depth + 1),
        { maxKeys: 4 },
      );
    case "integer":
    case "long":
      return integer({ min: shape.min ?? 0, max: shape.max ?? 1000 });
    case "boolean":
      return boolean();
    default:
      if (shape.enum !== undefined) return constantFrom(...shape.enum);
      return oneof(
        string({
          minLength: shape.min ?? 0,
          maxLength: Math.max(shape.min ?? 0, Math.min(20, shape.max ?? 20)),
          unit: constantFrom("a", "B", "7"),
        }),
        string({ minLength: shape.min ?? 0, maxLength: Math.max(shape.min ?? 0, Math.min(12, shape.max ?? 12)) }),
      );
  }
}
