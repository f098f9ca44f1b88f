/** A process that makes one call to the project at the given URL, says so, and has nothing left to do. */

import { createProjectTarget } from "../src/project-target.ts";
import { realClock } from "./real-clock.ts";

const target = createProjectTarget({
  projectId: "P2scripted",
  managementKey: "Kscripted",
  baseUrl: process.argv[2],
  clock: realClock,
  random: Math.random,
});
await target.findUsers(["a"]);
process.stdout.write("done\n");
