import type { RunAuthor } from "@cognito-to-descope/core";
import { thisOperator } from "../control/this-process.ts";
import { packageVersion } from "../version.ts";

/** Who runs this process, and which version of the product it is. */
export function thisAuthor(): RunAuthor {
  return { operator: thisOperator(), toolVersion: packageVersion() };
}
