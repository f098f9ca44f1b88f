import { TokenInsufficient, TokenRefused, withoutStack } from "./errors.ts";
import type { VerifyOptions } from "./options.ts";
import type { Principal } from "./principal.ts";

/** Checks what a route asks of a verified principal. @throws TokenInsufficient, TokenRefused */
export function checkRequirements(principal: Principal, sourceScopes: readonly string[], options: VerifyOptions): void {
  const { provider } = principal;
  const { scopes, roles, permissions, tenant, kind } = options;
  if (kind === "user" && principal.kind !== "user") throw withoutStack(() => new TokenRefused("machine", { provider }));
  if (!holdsAll(principal.scopes, sourceScopes) || (scopes !== undefined && !holdsAll(principal.scopes, scopes))) {
    throw withoutStack(() => new TokenInsufficient("scope", { provider }));
  }
  if (tenant === undefined && roles === undefined && permissions === undefined) return;
  const where = tenant ?? principal.activeTenant;
  const inTenant =
    where !== undefined && Object.hasOwn(principal.tenants, where) ? principal.tenants[where] : undefined;
  if (tenant !== undefined && inTenant === undefined) {
    throw withoutStack(() => new TokenInsufficient("tenant", { provider }));
  }
  const held = (list: "roles" | "permissions"): readonly string[] => {
    if (tenant !== undefined) return inTenant?.[list] ?? [];
    return inTenant === undefined ? principal[list] : [...principal[list], ...inTenant[list]];
  };
  if (roles !== undefined && !holdsAll(held("roles"), roles)) {
    throw withoutStack(() => new TokenInsufficient("role", { provider }));
  }
  if (permissions !== undefined && !holdsAll(held("permissions"), permissions)) {
    throw withoutStack(() => new TokenInsufficient("permission", { provider }));
  }
}

function holdsAll(held: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((one) => held.includes(one));
}
