import { TokenRefused, withoutStack } from "./errors.ts";
import { ACCEPTED } from "./modes.ts";
import type { VerifyOptions } from "./options.ts";
import type { Principal } from "./principal.ts";
import { checkRequirements } from "./requirements.ts";

/**
 * Holds a principal that was verified before against what a further route asks for, without its token.
 *
 * It can only narrow: what the verification did not accept is not there to be asked about.
 *
 * @throws TokenRefused, TokenInsufficient
 */
export function narrowPrincipal(principal: Principal, options: VerifyOptions): Principal {
  const { provider } = principal;
  const { mode, tokenUse } = options;
  if (mode !== undefined && !ACCEPTED[mode][provider]) throw withoutStack(() => new TokenRefused("mode", { provider }));
  if (tokenUse !== undefined && provider === "cognito" && principal.tokenKind !== tokenUse) {
    throw withoutStack(() => new TokenRefused("token-use", { provider }));
  }
  checkRequirements(principal, [], options);
  if (mode === "descope-preferred" && provider === "cognito") return { ...principal, preferred: false };
  return principal;
}
