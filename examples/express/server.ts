import type { AddressInfo } from "node:net";
import { createSessionGuard, principalOf } from "@cognito-to-descope/session/express";
import express from "express";
import { verifier } from "./verifier.ts";

const guard = createSessionGuard({ verifier });
const app = express();

app.get("/me", guard(), (request, response) => {
  const { subject, provider, roles } = principalOf(request);
  response.json({ subject, provider, roles });
});

app.get("/admin", guard({ roles: ["admin"] }), (_request, response) => {
  response.json({ ok: true });
});

await verifier.hydrate();
const server = app.listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
