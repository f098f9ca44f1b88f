// A bridge as a Cloudflare Worker. `scripts/bundle-bridge.ts` makes one file of it and of all that it uses; the emitted
// entry beside it brings the config.
export { createWorker } from "@cognito-to-descope/gateway/worker";
