import type { Hook } from "@hono/zod-openapi";
import type { ConsoleEnv } from "./console-env.ts";
import { ConsoleRefusal } from "./problem.ts";

/** Refuses what is not of the form of the contract. Says where, and never what: it may be personal data. */
// oxlint-disable-next-line typescript/no-explicit-any -- the hook of routes of every form
export const refuseInvalid: Hook<any, ConsoleEnv, any, any> = (result) => {
  if (result.success) return;
  const places = [...new Set(result.error.issues.map(({ path }) => path.join(".")))].filter((place) => place !== "");
  throw new ConsoleRefusal(
    "invalid-request",
    places.length === 0 ? {} : { suggestion: `look at ${places.slice(0, 5).join(", ")} in the reference of the API` },
  );
};
