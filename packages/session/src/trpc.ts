/**
 * A context for tRPC, over Node's HTTP server and over the Fetch standard.
 *
 * @module
 */
import { TRPCError } from "@trpc/server";
import { type Admission, createGuard } from "./http/create-guard.ts";
import type { Denial } from "./http/denial.ts";
import type { GuardOptions, RouteRequirements } from "./http/guard-options.ts";
import { type NodeRequest, viewFetchRequest, viewNodeRequest } from "./http/request-view.ts";
import type { Principal } from "./principal.ts";

export type * from "./http/denial.ts";
export type * from "./http/guard-options.ts";

/** What tRPC's HTTP adapters hand to `createContext`. */
export interface TrpcRequest {
  readonly req: Request | NodeRequest;
  /** Of the adapter for Node. */
  readonly res?: { setHeader(name: string, value: string): unknown };
  /** Of the adapter for the Fetch standard. */
  readonly resHeaders?: Headers;
}

/** The part of a context that procedures ask for the principal. */
export interface SessionContext {
  readonly session: TrpcSession;
}

/** Who calls. The token is verified once for each request, however many calls it holds. */
export interface TrpcSession {
  /** The principal, or undefined when the request brings no token. @throws TRPCError when the token is refused. */
  optional(): Promise<Principal | undefined>;
  /**
   * The principal of a procedure that asks for one. It can narrow what the options ask for, not widen it.
   *
   * @throws TRPCError `UNAUTHORIZED`, `FORBIDDEN`, `BAD_REQUEST` or `SERVICE_UNAVAILABLE`; the message is the code of the refusal.
   */
  require(route?: Omit<RouteRequirements, "anonymous">): Promise<Principal>;
}

const CODES = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  503: "SERVICE_UNAVAILABLE",
} as const satisfies Record<Denial["status"], TRPCError["code"]>;

/**
 * Makes the `createContext` of an adapter.
 *
 * @example
 * ```ts
 * import type { Verifier } from "@cognito-to-descope/session";
 * import { createSessionContext, type SessionContext } from "@cognito-to-descope/session/trpc";
 * import { initTRPC } from "@trpc/server";
 *
 * declare const verifier: Verifier;
 *
 * export const createContext = createSessionContext({ verifier });
 * const t = initTRPC.context<SessionContext>().create();
 * const editors = t.procedure.use(async ({ ctx, next }) =>
 *   next({ ctx: { principal: await ctx.session.require({ roles: ["editor"] }) } }),
 * );
 * export const router = t.router({ me: editors.query(({ ctx }) => ctx.principal.subject) });
 * ```
 *
 * @throws TypeError when an option is not valid.
 */
export function createSessionContext(options: GuardOptions): (request: TrpcRequest) => SessionContext {
  const guard = createGuard(options);
  return ({ req, res, resHeaders }) => {
    const view = isFetchRequest(req) ? viewFetchRequest(req) : viewNodeRequest(req);
    const settle = ({ denial, principal }: Admission): Principal | undefined => {
      if (denial === undefined) return principal;
      for (const [name, value] of Object.entries(denial.headers)) {
        // The body is tRPC's own.
        if (name === "content-type") continue;
        resHeaders?.set(name, value);
        res?.setHeader(name, value);
      }
      throw new TRPCError({ code: CODES[denial.status], message: denial.body.code });
    };
    let admission: Promise<Admission> | undefined;
    const optional = async (): Promise<Principal | undefined> => {
      admission ??= guard.admit(view, { anonymous: "allow" });
      return settle(await admission);
    };
    return {
      session: {
        optional,
        require: async (route = {}) => {
          const principal = await optional();
          const found = settle(
            principal === undefined ? { denial: guard.challenge() } : guard.narrow(view, principal, route),
          );
          return found as Principal;
        },
      },
    };
  };
}

function isFetchRequest(request: Request | NodeRequest): request is Request {
  return typeof request.headers["get"] === "function";
}
