import {
  createVerifier,
  type KeyEvent,
  type Principal,
  SessionError,
  type VerifierOptions,
} from "@cognito-to-descope/session";
import type { Config } from "../config/config.ts";
import { usageError } from "../errors.ts";
import { emulated, poolsOf } from "./pools-of.ts";

/** What a back end would ask of a token. */
export interface VerifyTokenOptions {
  /** `null` accepts those of any client. */
  readonly clientIds: readonly string[] | null;
  /** `null` accepts any audience, and none. */
  readonly audiences: readonly string[] | null;
  readonly subject: "cognito" | "descope";
  /** Whether the JWT template puts the Cognito `sub` into `sub`. */
  readonly subjectIsCognitoSub: boolean;
}

/** What the verifier says. */
export type TokenResult =
  | { readonly accepted: true; readonly principal: Principal }
  | {
      readonly accepted: false;
      readonly code: string;
      /** The rule that refuses it. */
      readonly reason: string;
      readonly message: string;
      /** Nothing is known of the token, because keys could not be had. */
      readonly undecided: boolean;
    };

/**
 * Verifies a token as a back end with the product's verifier would, with keys from the addresses of the config only.
 *
 * @throws MigrationError `ERR_USAGE` when the config names neither a pool nor a project.
 */
export async function verifyToken(token: string, config: Config, options: VerifyTokenOptions): Promise<TokenResult> {
  const failures: KeyEvent[] = [];
  const verifier = createVerifier(verifierOptions(config, options, (event) => failures.push(event)));
  try {
    return { accepted: true, principal: await verifier.verify(token) };
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    const why = failures.find(({ failure }) => failure !== undefined)?.failure;
    return {
      accepted: false,
      code: error.code,
      reason: error.reason,
      message: why === undefined ? error.message : `${error.message} (${why})`,
      undecided: error.status === 503,
    };
  }
}

function verifierOptions(
  config: Config,
  { clientIds, audiences, subject, subjectIsCognitoSub }: VerifyTokenOptions,
  onKeys: (event: KeyEvent) => void,
): VerifierOptions {
  const pools = poolsOf(config);
  const { project } = config;
  if (pools.length === 0 && project === undefined) {
    throw usageError(
      "there is nobody whose tokens could be accepted",
      "name a pool or a project in the config or the environment, or look only, with --offline",
    );
  }
  return {
    cognito: pools.map((pool) => ({
      userPoolId: pool.userPoolId,
      clientId: clientIds,
      tokenUse: null,
      roles: "group-names",
      resource: null,
      ...emulated(pool),
    })),
    descope:
      project === undefined
        ? []
        : [
            {
              projectId: project.projectId,
              audience: audiences,
              subjectIsCognitoSub,
              ...(project.baseUrl === undefined ? {} : { baseUrl: project.baseUrl }),
            },
          ],
    mode: "dual",
    // One token is looked at: a user who is known on one side only is known by that.
    subject: { use: subject, unmapped: "keep" },
    onKeys,
  };
}
