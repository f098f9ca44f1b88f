import { guard } from "../../../session.ts";

export const GET: (request: Request, context: object) => Promise<Response> = guard.handler(
  {},
  (_request, { subject, provider, roles }) => Response.json({ subject, provider, roles }),
);
