// The sandbox of a bench, in a process of its own: prints one JSON line when it is ready and runs until its standard
// input ends.
import { startSandbox } from "@cognito-to-descope/sandbox";

const [users = "10000", quotas = "none", latency = "0", groups = "20"] = process.argv.slice(2);
const sandbox = await startSandbox({
  users: Number(users),
  groups: Number(groups),
  membershipsPerUser: groups === "0" ? 0 : 2,
  profile: "plain",
  seed: "bench",
  quotas: quotas === "real" ? "real" : "none",
  latencyMs: Number(latency),
});
const { cognito, descope, region, userPoolId, projectId, managementKey } = sandbox;
console.log(JSON.stringify({ cognito, descope, region, userPoolId, projectId, managementKey }));
process.stdin.resume();
process.stdin.on("end", () => void sandbox.stop());
