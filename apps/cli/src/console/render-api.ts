import { resolveConfig } from "../config/resolve.ts";
import { systemClock } from "../system.ts";
import { createLinkAuthentication } from "./auth/link-authentication.ts";
import { createConsole } from "./create-console.ts";
import { describeApi } from "./openapi.ts";

/** The text of the OpenAPI document, of a console that reads nothing and listens nowhere. */
export function renderConsoleApi(): string {
  const config = resolveConfig({
    written: {},
    base: "/",
    environment: {},
    needs: { source: false, target: false },
  });
  using console = createConsole(
    {
      config,
      store: { read: async () => undefined, [Symbol.asyncDispose]: async () => undefined },
      clock: systemClock,
      cwd: "/",
      verifierStatistics: [],
      authentication: createLinkAuthentication("operator", undefined),
      readOnly: true,
      version: "",
    },
    new Map(),
    { secure: false },
  );
  return `${JSON.stringify(describeApi(console.app), undefined, 2)}\n`;
}
