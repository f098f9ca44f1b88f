import type { Config } from "./config/config.ts";
import { loadConfig } from "./config/load.ts";
import type { ConfigNeeds } from "./config/rules/complete.ts";
import type { Invocation } from "./invocation.ts";

/** Loads the config that a command works with, and says what is worth knowing about it. */
export async function prepareConfig({ host, options, output }: Invocation, needs: ConfigNeeds): Promise<Config> {
  const config = await loadConfig({
    cwd: host.cwd,
    variables: host.variables,
    config: options.config,
    state: options.state,
    needs,
  });
  for (const remark of config.remarks) output.note(`note: ${remark}`);
  return config;
}
