import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ConsoleEnv } from "./console-env.ts";

/** The contract as an OpenAPI document. Without a version of the program, so that it changes when the contract does. */
export function describeApi(app: OpenAPIHono<ConsoleEnv>): object {
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "c2d_console",
    description:
      "Set by `POST /api/v1/session`; the port is part of the name. Changes need the header `x-c2d-console: 1` and the page's own origin as well.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "script", {
    type: "http",
    scheme: "bearer",
    description: "The token of `C2D_CONSOLE_TOKEN`.",
  });
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Console of cognito-to-descope",
      version: "1",
      description: "What the page of `c2d console` asks for, and what scripts can ask for as well.",
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    security: [{ session: [] }, { script: [] }],
  });
}
