import { createSessionGuard } from "@cognito-to-descope/session/hono";
import { Hono } from "hono";
import { verifier } from "./verifier.ts";

const guard = createSessionGuard({ verifier });

/** The app, for Node by `server.ts`, and for edge runtimes as it is. */
export const app: Hono = new Hono();

app.get("/me", guard(), (context) => {
  const { subject, provider, roles } = context.var.principal;
  return context.json({ subject, provider, roles });
});

app.get("/admin", guard({ roles: ["admin"] }), (context) => context.json({ ok: true }));
