/** Regions as AWS names them: `us-east-1`, `us-gov-west-1`, `ap-southeast-2`. */
const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/;

/** Whether the text has the form of an AWS region's name. */
export function isRegion(text: string): boolean {
  return REGION.test(text);
}

/** The AWS partition of a region, as in ARNs. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}

/** The DNS suffix of a region's services. */
export function dnsSuffixOf(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}
