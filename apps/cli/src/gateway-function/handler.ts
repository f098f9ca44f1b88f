// The gateway as a function of AWS Lambda, behind a function URL or an HTTP API. `scripts/bundle-gateway.ts` bundles it with all
// that it uses, and `c2d aws emit gateway` writes that beside its template.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { handle, type LambdaContext, type LambdaEvent } from "hono/aws-lambda";
import { type OpenFunction, openFunction } from "./open-function.ts";

type Answer = Awaited<ReturnType<ReturnType<typeof handle>>>;

const host = {
  directory: dirname(fileURLToPath(import.meta.url)),
  variables: process.env,
  write: (line: string) => void process.stdout.write(`${line}\n`),
};

let opening: Promise<OpenFunction> | undefined;

/** Once for an instance; again with the next request when it comes to nothing. */
async function open(): Promise<OpenFunction> {
  opening ??= openFunction(host);
  try {
    return await opening;
  } catch (error) {
    opening = undefined;
    throw error;
  }
}

// Lambda gives the start of an instance more of the processor than its requests.
open().catch(() => undefined);

/** Answers an event of the payload format 2.0. */
export async function handler(event: LambdaEvent, context?: LambdaContext): Promise<Answer> {
  const opened = await open();
  const answer = await handle(opened.app)(event, context);
  // Between requests an instance is frozen.
  await opened.settled();
  return answer;
}
