import { resolve } from "node:path";
import { findConfigFile, loadConfig, readWrittenConfig } from "../../config/load.ts";
import { withMapping } from "../../config/with-mapping.ts";
import type { Invocation } from "../../invocation.ts";
import { ConsoleRefusal } from "../problem.ts";
import type { MappingServices } from "../mapping-services.ts";
import { spawnEffect } from "./spawn-effect.ts";

/** What the mapping editor works on: the config of the command that serves the console. */
export function mappingServices({ host, options }: Invocation): MappingServices {
  const { cwd, variables, self } = host;
  const file = (): string | undefined => findConfigFile(cwd, options.config);
  return {
    file,
    newFile: resolve(cwd, "c2d.config.json"),
    readWritten: () => readWrittenConfig(file()),
    load: (mapping) =>
      loadConfig({
        cwd,
        variables,
        config: options.config,
        state: options.state,
        needs: { source: false, target: false },
        change: (written) => withMapping(written, mapping),
      }),
    startEffect(mapping, onProgress) {
      if (self === undefined)
        throw new ConsoleRefusal("conflict", { suggestion: "run c2d mapping effect in a terminal" });
      // What lets scripts in is no business of a command.
      const { C2D_CONSOLE_TOKEN: _secret, ...others } = variables;
      return spawnEffect(
        { command: self, cwd, variables: others, options: locationOptions(options) },
        mapping,
        onProgress,
      );
    },
  };
}

function locationOptions({ config, state }: Invocation["options"]): readonly string[] {
  return [...(config === undefined ? [] : ["--config", config]), ...(state === undefined ? [] : ["--state", state])];
}
