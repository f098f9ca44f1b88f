import { principalOf, sessionPlugin } from "@cognito-to-descope/session/fastify";
import { fastify } from "fastify";
import { verifier } from "./verifier.ts";

const app = fastify();
await app.register(sessionPlugin, { verifier });

app.get("/health", { config: { session: false } }, () => ({ ok: true }));

app.get("/me", (request) => {
  const { subject, provider, roles } = principalOf(request);
  return { subject, provider, roles };
});

app.get("/admin", { config: { session: { roles: ["admin"] } } }, () => ({ ok: true }));

await verifier.hydrate();
const address = await app.listen({ host: "127.0.0.1", port: Number(process.env["PORT"] ?? 3000) });
console.log(`listening on ${address}`);
