import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";
import { jitSubject } from "./jit-routes.ts";
import { overviewSubject } from "./overview-routes.ts";
import { ssoSubject } from "./sso-routes.ts";
import { tokenUseSubject } from "./token-use-routes.ts";

/** Every subject of the console. */
export function consoleSubjects(services: ConsoleServices): readonly ConsoleSubject[] {
  return [overviewSubject(services), jitSubject(services), ssoSubject(services), tokenUseSubject(services)];
}
