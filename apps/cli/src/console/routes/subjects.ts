import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";
import { mappingSubject } from "./mapping-routes.ts";
import { overviewSubject } from "./overview-routes.ts";
import { planSubject } from "./plan-routes.ts";
import { userSubject } from "./user-routes.ts";

/** Every subject of the console. */
export function consoleSubjects(services: ConsoleServices): readonly ConsoleSubject[] {
  return [overviewSubject(services), planSubject(services), userSubject(services), mappingSubject(services)];
}
