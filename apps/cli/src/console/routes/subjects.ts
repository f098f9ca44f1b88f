import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";
import { createTokenReading } from "../tokens/token-reading.ts";
import { commandSubject } from "./command-routes.ts";
import { controlSubject } from "./control-routes.ts";
import { deadLetterSubject } from "./dead-letter-routes.ts";
import { discrepancySubject } from "./discrepancy-routes.ts";
import { jitSubject } from "./jit-routes.ts";
import { mappingSubject } from "./mapping-routes.ts";
import { overviewSubject } from "./overview-routes.ts";
import { planSubject } from "./plan-routes.ts";
import { reportSubject } from "./report-routes.ts";
import { runSubject } from "./run-routes.ts";
import { ssoSubject } from "./sso-routes.ts";
import { tokenUseSubject } from "./token-use-routes.ts";
import { userSubject } from "./user-routes.ts";

/** Every subject of the console. */
export function consoleSubjects(services: ConsoleServices): readonly ConsoleSubject[] {
  const readTokens = createTokenReading(services);
  return [
    overviewSubject(services, readTokens),
    runSubject(services),
    controlSubject(services),
    commandSubject(services),
    planSubject(services),
    userSubject(services),
    deadLetterSubject(services),
    discrepancySubject(services),
    jitSubject(services),
    ssoSubject(services),
    tokenUseSubject(services, readTokens),
    reportSubject(services),
    mappingSubject(services),
  ];
}
