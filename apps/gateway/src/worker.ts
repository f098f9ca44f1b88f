/**
 * The SSO bridge as a Cloudflare Worker: nothing here needs Node.
 *
 * @module
 */
export { createWorker, type Worker, type WorkerEnvironment, type WorkerPorts } from "./bridge/worker/create-worker.ts";
