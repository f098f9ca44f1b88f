import type { Identity, Principal, Provider, TenantGrant } from "../principal.ts";

/** What an authorizer tells back ends. API Gateway takes no lists and objects, and makes text of all values. */
export type AuthorizerContext = Readonly<Record<string, string | number | boolean>>;

/** The identity in a context, as a back end reads it. */
export interface ContextIdentity extends Identity {
  readonly provider: Provider;
  readonly tokenKind: Principal["tokenKind"];
  readonly cognitoSub?: string;
  readonly descopeUserId?: string;
  readonly scopes: readonly string[];
}

/** A flat context: who somebody is and what they hold, with lists as JSON. No contact data. */
export function contextOf(principal: Principal): AuthorizerContext {
  const { subject, provider, kind, tokenKind, cognitoSub, descopeUserId, activeTenant } = principal;
  return {
    subject,
    provider,
    kind,
    tokenKind,
    ...(cognitoSub === undefined ? {} : { cognitoSub }),
    ...(descopeUserId === undefined ? {} : { descopeUserId }),
    ...(activeTenant === undefined ? {} : { activeTenant }),
    roles: JSON.stringify(principal.roles),
    permissions: JSON.stringify(principal.permissions),
    tenants: JSON.stringify(principal.tenants),
    scopes: principal.scopes.join(" "),
  };
}

/**
 * Reads a context of {@link contextOf} in a back end: `event.requestContext.authorizer` (REST, WebSocket, policies),
 * `event.requestContext.authorizer.lambda` (HTTP APIs), or `identity.resolverContext` (AppSync).
 *
 * @throws TypeError when it is another context.
 */
export function identityOfContext(context: Readonly<Record<string, unknown>>): ContextIdentity {
  const text = (name: string): string => {
    const value = context[name];
    if (typeof value !== "string") throw new TypeError(`the context has no "${name}" of a session authorizer`);
    return value;
  };
  const optional = (name: string): string | undefined => (context[name] === undefined ? undefined : text(name));
  const cognitoSub = optional("cognitoSub");
  const descopeUserId = optional("descopeUserId");
  const activeTenant = optional("activeTenant");
  const scopes = text("scopes");
  return {
    subject: text("subject"),
    provider: text("provider") as Provider,
    kind: text("kind") as Identity["kind"],
    tokenKind: text("tokenKind") as Principal["tokenKind"],
    ...(cognitoSub === undefined ? {} : { cognitoSub }),
    ...(descopeUserId === undefined ? {} : { descopeUserId }),
    ...(activeTenant === undefined ? {} : { activeTenant }),
    roles: JSON.parse(text("roles")) as readonly string[],
    permissions: JSON.parse(text("permissions")) as readonly string[],
    tenants: JSON.parse(text("tenants")) as Readonly<Record<string, TenantGrant>>,
    scopes: scopes === "" ? [] : scopes.split(" "),
  };
}
