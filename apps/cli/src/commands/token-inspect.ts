import type { Principal } from "@cognito-to-descope/session";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import type { Output } from "../output/output.ts";
import { formatDuration, printable } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";
import { systemClock } from "../system.ts";
import { decodeUnverifiedJwt } from "../token/decode-unverified-jwt.ts";
import { describeToken, plainClaims } from "../token/describe-token.ts";
import { readToken } from "../token/read-token.ts";
import { type TokenResult, verifyToken } from "../token/verify-token.ts";

interface InspectOptions {
  readonly tokenFile?: string;
  readonly appClient?: readonly string[];
  readonly audience?: readonly string[];
  readonly subject?: "descope" | "cognito";
  readonly offline?: boolean;
  readonly showSignature?: boolean;
}

/** What of a principal says something of a person. */
const PERSONAL: ReadonlySet<string> = new Set(["username", "email", "phone", "name"]);

/** Says what a token is, whether it is accepted and why not, and who it stands for. */
export const tokenInspect: Command<InspectOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: false, target: false });
  const token = await readToken(host, options.tokenFile ?? "-");
  const parts = decodeUnverifiedJwt(token);
  const description = describeToken(parts, config);
  const claims = output.verbose ? parts.payload : plainClaims(parts.payload);

  output.line(output.style("bold", description.what));
  output.line(`  header: ${printable(JSON.stringify(parts.header))}`);
  for (const [name, value] of Object.entries(claims)) {
    output.line(`  ${printable(name)}: ${printable(JSON.stringify(value))}${timeOf(name, value)}`);
  }
  const signature = token.slice(token.lastIndexOf(".") + 1);
  if (options.showSignature === true) output.line(`  signature: ${printable(signature)}`);
  output.line();

  let result: TokenResult | undefined;
  if (options.offline === true) output.line("not verified: --offline");
  else {
    const clientIds = options.appClient ?? null;
    const audiences = options.audience ?? null;
    result = await verifyToken(token, config, {
      clientIds,
      audiences,
      subject: options.subject ?? "descope",
      subjectIsCognitoSub: typeof parts.payload["dsub"] === "string",
    });
    printResult(result, output);
    if (result.accepted && result.principal.provider === "cognito" && clientIds === null)
      output.line("note: of any app client: a back end names its own, here with --app-client");
    if (result.accepted && result.principal.provider === "descope" && audiences === null)
      output.line("note: of any audience: a back end names its own, here with --audience");
  }
  output.document({
    ...description,
    header: parts.header,
    claims,
    ...(options.showSignature === true ? { signature } : {}),
    verdict: result === undefined ? null : shown(result, output.verbose),
  });
  return result === undefined || result.accepted ? EXIT_CODES.done : EXIT_CODES.incomplete;
};

function printResult(result: TokenResult, output: Output): void {
  if (result.accepted) {
    output.line(output.style("green", "accepted: signature, issuer, times and kind are in order"));
    output.line();
    output.line("the principal:");
    for (const [name, value] of Object.entries(principalOf(result.principal, output.verbose))) {
      output.line(`  ${name}: ${printable(JSON.stringify(value))}`);
    }
    return;
  }
  const word = result.undecided ? "undecided" : "refused";
  output.line(
    output.style(result.undecided ? "yellow" : "red", `${word} by the rule ${result.reason}: ${result.message}`),
  );
}

function shown(result: TokenResult, verbose: boolean): object {
  return result.accepted ? { accepted: true, principal: principalOf(result.principal, verbose) } : result;
}

/** The principal without the claims, which stand above, and without what says something of a person. */
function principalOf(
  { claims: _claims, ...principal }: Principal,
  verbose: boolean,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(principal).map(([name, value]) => [
      name,
      !verbose && PERSONAL.has(name) && value !== undefined ? "[shown with -v]" : value,
    ]),
  );
}

/** A time in words: `(12 min ago)`. */
function timeOf(claim: string, value: unknown): string {
  if (typeof value !== "number" || !["exp", "iat", "nbf", "auth_time"].includes(claim)) return "";
  const seconds = Math.round(value - systemClock.now() / 1000);
  return seconds < 0 ? ` (${formatDuration(-seconds)} ago)` : ` (in ${formatDuration(seconds)})`;
}
