// A bridge as an AWS Lambda function. `scripts/bundle-bridge.ts` makes one file of it and of all that it uses, which
// `c2d sso bridge emit` writes beside the config.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { ALL_TO_COGNITO, compileModes, readModes } from "@cognito-to-descope/core";
import {
  createLambdaHandler,
  createStateSealer,
  type LambdaHandler,
  parseBridgeConfig,
} from "@cognito-to-descope/gateway";

const { C2D_BRIDGE_STATE_SECRET: secret, C2D_BRIDGE_STATE_SECRET_BEFORE: before, C2D_BRIDGE_MODES } = process.env;
const config = parseBridgeConfig(readFileSync(new URL("bridge.json", import.meta.url), "utf8"));
// The text of the file of modes. A function starts anew when its environment changes, so it is read once.
const modes = readModes(JSON.parse(C2D_BRIDGE_MODES ?? "null"));

/** Takes events of an HTTP API or of a load balancer. */
export const handler: LambdaHandler = createLambdaHandler({
  config: () => config,
  modes: () => (modes === undefined ? ALL_TO_COGNITO : compileModes(modes)),
  sealer:
    secret === undefined ? undefined : await createStateSealer(before === undefined ? [secret] : [secret, before]),
  now: () => Date.now(),
  newId: () => randomBytes(16).toString("hex"),
  onDecision: ({ at, ...entry }) =>
    void process.stdout.write(`${JSON.stringify({ at: new Date(at).toISOString(), ...entry })}\n`),
});
