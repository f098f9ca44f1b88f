/** An address or number as Cognito shows it to somebody who may not be its owner. */

/** `a***@e***` or `+*******0103`. */
export function maskDestination(to: string): string {
  if (!to.includes("@")) return `+${"*".repeat(Math.max(0, to.length - 5))}${to.slice(-4)}`;
  const [local = "", domain = ""] = to.split("@");
  return `${local.slice(0, 1)}***@${domain.slice(0, 1)}***`;
}
