import { fc } from "@fast-check/vitest";
import { descopeVariantOptions, type DescopeVariants } from "@cognito-to-descope/sandbox";

/** Any combination of what is not documented, but for what is given. */
export function anyVariants(fixed: Partial<DescopeVariants> = {}): fc.Arbitrary<DescopeVariants> {
  const options = Object.entries(descopeVariantOptions).map(([name, { values }]) => [
    name,
    fc.constantFrom<string | number>(...values),
  ]);
  const given = Object.entries(fixed).map(([name, value]) => [name, fc.constant(value)]);
  return fc.record(Object.fromEntries([...options, ...given])) as unknown as fc.Arbitrary<DescopeVariants>;
}
