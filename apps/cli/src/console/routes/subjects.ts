import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";
import { overviewSubject } from "./overview-routes.ts";
import { reportSubject } from "./report-routes.ts";

/** Every subject of the console. */
export function consoleSubjects(services: ConsoleServices): readonly ConsoleSubject[] {
  return [overviewSubject(services), reportSubject(services)];
}
