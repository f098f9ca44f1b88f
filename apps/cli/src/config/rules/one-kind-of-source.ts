import type { ConfigProblem } from "../../errors.ts";
import type { WrittenConfig } from "../written-config.ts";

/** Either one pool as `source` or several as `sources`, each of them once. */
export function checkSources({ source, sources }: WrittenConfig): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (source !== undefined && sources !== undefined) {
    problems.push({ path: "sources", message: "must not stand beside `source`: keep one of the two" });
  }
  const seen = new Map<string, number>();
  for (const [index, { userPoolId }] of (sources ?? []).entries()) {
    if (userPoolId === undefined) {
      problems.push({
        path: `sources[${index}].userPoolId`,
        message: 'is missing; must look like "us-east-1_AbCdEf123"',
      });
      continue;
    }
    const first = seen.get(userPoolId);
    if (first !== undefined) {
      problems.push({ path: `sources[${index}].userPoolId`, message: `is the same pool as sources[${first}]` });
    } else {
      seen.set(userPoolId, index);
    }
  }
  return problems;
}
