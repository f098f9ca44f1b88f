// A bridge as a program of its own, for a container. `scripts/bundle-bridge.ts` makes one file of it and of all that it
// uses, which `c2d sso bridge emit` writes beside the config.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveFiles } from "@cognito-to-descope/gateway";
import { exitCodeOf, showError } from "../errors.ts";
import { bridgeFiles, readBridgeConfig } from "../sso/bridge-files.ts";
import { checkStateSecrets } from "../sso/state-secrets.ts";
import { systemClock } from "../system.ts";

const { C2D_BRIDGE_STATE_SECRET: secret = "", C2D_BRIDGE_STATE_SECRET_BEFORE: before = "" } = process.env;
const { C2D_BRIDGE_DIRECTORY, C2D_BRIDGE_PORT = "8443", C2D_BRIDGE_HOST = "0.0.0.0" } = process.env;
const directory = C2D_BRIDGE_DIRECTORY ?? fileURLToPath(new URL(".", import.meta.url));
const files = bridgeFiles(directory, { bridgeConfig: "bridge.json", modes: "bridge-modes.json" });
const certificateFiles = { cert: join(directory, "tls.crt"), key: join(directory, "tls.key") };
const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

try {
  // Composers and orchestrators set a variable that nobody filled in to nothing.
  const stateSecrets = [secret, before].filter((one) => one !== "");
  checkStateSecrets(await readBridgeConfig(files), stateSecrets);
  const bridge = await serveFiles({
    configFile: files.config,
    modesFile: files.modes,
    certificateFiles: existsSync(certificateFiles.cert) ? certificateFiles : undefined,
    stateSecrets,
    listen: { host: C2D_BRIDGE_HOST, port: Number(C2D_BRIDGE_PORT) },
    clock: systemClock,
    newId: () => randomBytes(16).toString("hex"),
    onDecision: ({ at, ...entry }) => print({ at: new Date(at).toISOString(), ...entry }),
    onNews: ({ file, what, error }) =>
      print({ file, what, ...(error === undefined ? {} : { error: showError(error).message }) }),
  });
  print({ url: bridge.url });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void bridge.stop());
} catch (error) {
  process.stderr.write(`${JSON.stringify(showError(error))}\n`);
  process.exitCode = exitCodeOf(error);
}
