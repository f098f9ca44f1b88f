import { probeProject } from "@cognito-to-descope/descope";
import { openTarget, targetOptions } from "../open-target.ts";
import { type CheckContext, type CheckResult, failed, ok } from "./check.ts";

/** Checks key, project and rights as far as reading goes. */
export async function* checkTarget({ config, signal }: CheckContext): AsyncGenerator<CheckResult> {
  const target = openTarget(config);
  const host = config.target?.baseUrl ?? "the API of the project's region";
  try {
    const { attributes, roles, tenants } = await target.readSnapshot({ signal });
    yield ok("Descope key", `accepted by ${host}`);
    yield ok(
      `project ${target.projectId}`,
      `${attributes.length} attributes, ${roles.length} roles, ${tenants.length} tenants can be read`,
    );
  } catch (error) {
    signal.throwIfAborted();
    yield failed(`project ${target.projectId}`, error);
    return;
  }
  try {
    let total = 0;
    for await (const page of target.users({ signal })) {
      total = page.total;
      break;
    }
    yield ok("right to read users", `${total} users in the project`);
  } catch (error) {
    signal.throwIfAborted();
    yield failed("right to read users", error);
  }
}

/** Finds out by test users, which are removed again, how the project behaves where that is not documented. */
export async function* probeTarget({ config, signal }: CheckContext): AsyncGenerator<CheckResult> {
  try {
    const traits = await probeProject(targetOptions(config), { signal });
    yield ok("right to write users", "test users were created and removed again");
    for (const [trait, value] of Object.entries(traits)) {
      yield ok(`behaviour ${trait}`, typeof value === "string" ? value : JSON.stringify(value));
    }
  } catch (error) {
    signal.throwIfAborted();
    yield failed("probe of the project", error);
  }
}
