import { existsSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { canAsk } from "../confirm.ts";
import { CONFIG_FILE_NAMES } from "../config/load.ts";
import { findSecrets } from "../config/rules/no-secrets.ts";
import { configSchema } from "../config/schema.ts";
import type { WrittenConfig } from "../config/written-config.ts";
import { ConfigInvalid, usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { askSettings } from "../init/ask-settings.ts";
import { renderConfig } from "../init/render-config.ts";
import { type InitSettings, toConfig } from "../init/settings.ts";
import type { Command, GlobalOptions } from "../invocation.ts";
import { writeFileWhole } from "../output/write-file.ts";

interface InitOptions extends InitSettings {
  readonly format: "ts" | "json" | "yaml";
  readonly force?: boolean;
}

const NEEDED_VARIABLES: readonly (readonly [string, string])[] = [
  ["AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY", "or AWS_PROFILE, or whatever the AWS SDK finds"],
  ["DESCOPE_MANAGEMENT_KEY", "from the Descope console, Company > Management Keys"],
];

/** Writes a config file. Asks for what the options do not say, where somebody can be asked. */
export const init: Command<InitOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  // A path that is given says the format too.
  const format = options.config === undefined ? options.format : formatOf(options.config);
  const name = options.config === undefined ? `c2d.config.${format}` : basename(options.config);
  const path = resolve(host.cwd, options.config ?? name);
  refuseToReplace(host.cwd, path, options);
  const settings = canAsk(invocation) && options.yes !== true ? await askSettings(invocation, options) : options;
  const config = toConfig(settings);
  check(config, name);
  await writeFileWhole(path, [renderConfig(config, format)], 0o644);
  output.line(`written: ${path}`);
  output.line("secrets stay out of it: set these in the environment, or in a .env file that is not committed");
  for (const [variables, meaning] of NEEDED_VARIABLES) output.line(`  ${variables.padEnd(42)}${meaning}`);
  const missing = [
    ...(config.source?.userPoolId === undefined ? ["COGNITO_USER_POOL_ID"] : []),
    ...(config.target?.projectId === undefined ? ["DESCOPE_PROJECT_ID"] : []),
  ];
  for (const variable of missing) output.line(`  ${variable.padEnd(42)}or write it into the config file`);
  output.line("keep .c2d/ and .env out of version control: they hold personal data and secrets");
  output.line("  next: c2d doctor");
  output.document({
    file: path,
    environment: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "DESCOPE_MANAGEMENT_KEY", ...missing],
  });
  return EXIT_CODES.done;
};

function formatOf(path: string): InitOptions["format"] {
  const extension = extname(path);
  if (extension === ".ts") return "ts";
  if (extension === ".json") return "json";
  if (extension === ".yaml" || extension === ".yml") return "yaml";
  throw usageError("the config file must be .ts, .json or .yaml", "give --config a name with one of these endings");
}

function refuseToReplace(cwd: string, path: string, { config, force }: InitOptions & GlobalOptions): void {
  const others = config === undefined ? CONFIG_FILE_NAMES.map((name) => resolve(cwd, name)) : [];
  const other = others.find((one) => one !== path && existsSync(one));
  if (other !== undefined) {
    throw usageError(`there is a config file already: ${other}`, "remove it, or choose its format with --format");
  }
  if (existsSync(path) && force !== true) {
    throw usageError(`there is a config file already: ${path}`, "replace it with --force");
  }
}

function check(config: WrittenConfig, name: string): void {
  const parsed = configSchema.safeParse(config);
  const problems = [
    ...findSecrets(config),
    ...(parsed.error?.issues.map(({ path, message }) => ({ path: path.join("."), message })) ?? []),
  ];
  if (problems.length > 0) throw new ConfigInvalid(name, problems);
}
