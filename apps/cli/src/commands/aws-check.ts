import { checkToken, TOKEN_TARGETS, type TokenTarget, type TokenVerdict } from "@cognito-to-descope/core";
import { noProject } from "../aws/emit-options.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import type { Output } from "../output/output.ts";
import { prepareConfig } from "../prepare.ts";
import { systemClock } from "../system.ts";
import { decodeUnverifiedJwt } from "../token/decode-unverified-jwt.ts";
import { readToken } from "../token/read-token.ts";

interface CheckOptions {
  readonly tokenFile: string;
  readonly target?: readonly TokenTarget[];
  readonly issuer?: string;
  readonly audience?: readonly string[];
  readonly scope?: readonly string[];
  readonly projectId?: string;
}

/** Says which services would accept a token. */
export const awsCheck: Command<CheckOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: false, target: false });
  const projectId = options.projectId ?? config.project?.projectId;
  if (projectId === undefined) throw noProject();
  const token = decodeUnverifiedJwt(await readToken(host, options.tokenFile));
  const verdicts = (options.target ?? TOKEN_TARGETS).map((target) =>
    checkToken(target, token, {
      projectId,
      issuer: options.issuer,
      audiences: options.audience ?? [projectId],
      scopes: options.scope,
      now: Math.floor(systemClock.now() / 1000),
    }),
  );
  for (const verdict of verdicts) print(verdict, output);
  const refused = verdicts.filter(({ accepted }) => !accepted).length;
  output.line();
  output.line(
    refused === 0
      ? "accepted by all of them"
      : `refused by ${refused} of ${verdicts.length}; none of this looks at the signature`,
  );
  output.document({ projectId, verdicts });
  return refused === 0 ? EXIT_CODES.done : EXIT_CODES.incomplete;
};

function print({ target, accepted, problems, warnings }: TokenVerdict, output: Output): void {
  output.line(`${output.style(accepted ? "green" : "red", accepted ? "accepted" : "refused ")} ${target}`);
  for (const { part, message, mend } of problems) output.line(`         ${part}: ${message}; ${mend}`);
  for (const warning of warnings) output.line(`         ${output.style("yellow", "note")}: ${warning}`);
}
