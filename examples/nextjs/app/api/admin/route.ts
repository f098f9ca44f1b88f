import { guard } from "../../../session.ts";

export const GET: (request: Request, context: object) => Promise<Response> = guard.handler({ roles: ["admin"] }, () =>
  Response.json({ ok: true }),
);
