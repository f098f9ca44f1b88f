/**
 * The control routes of the Descope half, for other processes:
 *
 * - `GET /_sandbox/descope/messages?to=&kind=` – codes and links that would have been sent
 * - `GET /_sandbox/descope/users?loginId=` – one user by login ID or user ID, or counts without one
 * - `GET /_sandbox/descope/variants` – the undocumented behaviours in force
 * - `POST /_sandbox/descope/jwt-template` `{"template": <ID or name, empty for none>}`
 */

import type { WireReply, WireRequest } from "../wire/service.ts";
import type { DescopeService } from "./descope-service.ts";
import { Refusal, refusalReply } from "./refusal.ts";

type Inspected = Pick<
  DescopeService,
  "countTestUsers" | "countUsers" | "messages" | "selectJwtTemplate" | "user" | "variants"
>;

/** Answers a request to one of the routes; undefined for any other. */
export function answerDescopeControl(request: WireRequest, service: Inspected): WireReply | undefined {
  const { query } = request;
  switch (`${request.method} ${request.path}`) {
    case "GET /_sandbox/descope/messages": {
      const [to, kind] = [query.get("to"), query.get("kind")];
      const messages = service
        .messages()
        .filter((message) => (to === null || message.to === to) && (kind === null || message.kind === kind));
      return json(200, { messages });
    }
    case "GET /_sandbox/descope/users": {
      const loginId = query.get("loginId");
      if (loginId === null) return json(200, { users: service.countUsers(), testUsers: service.countTestUsers() });
      const user = service.user(loginId);
      return user === undefined ? json(404, { error: "no such user" }) : json(200, { user });
    }
    case "GET /_sandbox/descope/variants":
      return json(200, { variants: service.variants });
    case "POST /_sandbox/descope/jwt-template":
      return selectTemplate(request, service);
    default:
      return undefined;
  }
}

function selectTemplate(request: WireRequest, service: Inspected): WireReply {
  try {
    const { template } = JSON.parse(request.body.toString("utf8")) as { readonly template?: unknown };
    if (typeof template !== "string") return json(400, { error: '"template" must be an ID or a name' });
    service.selectJwtTemplate(template);
    return json(200, {});
  } catch (error) {
    if (error instanceof Refusal) return refusalReply(error);
    if (error instanceof SyntaxError || error instanceof TypeError)
      return json(400, { error: "the body is not a JSON object" });
    throw error;
  }
}

function json(status: number, body: unknown): WireReply {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
