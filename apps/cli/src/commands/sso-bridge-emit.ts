import { existsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type BridgePackage, bridgePackage } from "@cognito-to-descope/core";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { type BridgePlatform, readBridgeBundle } from "../sso/bridge-bundle.ts";
import { type BridgeFileOptions, bridgeFiles, readBridgeConfig } from "../sso/bridge-files.ts";

interface EmitBridgeOptions extends BridgeFileOptions {
  readonly output?: string;
}

const BUNDLES: Readonly<Record<BridgePackage, BridgePlatform>> = {
  lambda: "lambda",
  worker: "worker",
  docker: "server",
};

/** Writes everything that the bridge needs where it is to run: its code in one file, its config, and how to deploy both. */
export const ssoBridgeEmit: Command<EmitBridgeOptions> = async ({ host, output, options, operands }) => {
  // The program has checked that it is one of them.
  const [what] = operands as readonly [BridgePackage];
  const config = await readBridgeConfig(bridgeFiles(host.cwd, options));
  const files = bridgePackage(what, config, await readBridgeBundle(BUNDLES[what]));
  const directory = resolve(host.cwd, options.output ?? `c2d-bridge-${what}`);
  const isNew = !existsSync(directory);
  for (const { name, text } of files) await writeFileWhole(join(directory, name), [text], 0o644);
  // Nothing in it is a secret, and the container reads it as a user of its own.
  if (isNew) await chmod(directory, 0o755);
  output.line(`${files.map(({ name }) => name).join(", ")} written to ${directory}`);
  output.document({ package: what, files: files.map(({ name }) => join(directory, name)) });
  return EXIT_CODES.done;
};
