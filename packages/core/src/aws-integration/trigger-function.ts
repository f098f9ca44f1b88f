import { SYNC_EVENT } from "./sync-event.ts";

/** Variables of the function's environment. */
export const TRIGGER_VARIABLES = {
  url: "C2D_EVENTS_URL",
  secret: "C2D_EVENTS_SECRET",
  /** ARN of the function that was the pool's PostConfirmation trigger before; empty when there was none. */
  postConfirmation: "C2D_EXISTING_POST_CONFIRMATION",
  /** The same for PostAuthentication. */
  postAuthentication: "C2D_EXISTING_POST_AUTHENTICATION",
} as const;

/** The word by which the function's log lines about undelivered events are counted. */
export const UNDELIVERED = "event-not-delivered";

/** How long a sign-in may wait for the event at most. Cognito gives a trigger five seconds for everything. */
const TIMEOUT_MS = 800;

/**
 * The code of the trigger's function, for Node 22 on AWS Lambda: `index.js`, a CommonJS module, because that is what
 * CloudFormation makes of inline code.
 *
 * It needs nothing but Node, and the AWS SDK that is part of the runtime where a pool has a trigger already: a pool has one
 * function for each trigger, so the function calls the one that was there, beside its own work, and what that one answers or
 * throws is the answer. Its own work never fails a sign-in.
 */
export function triggerFunctionCode(): string {
  return `"use strict";
// Tells the gateway of cognito-to-descope that a user signed up or in. Written by c2d aws emit triggers.
const { createHmac, randomUUID } = require("node:crypto");

exports.handler = async (event) => {
  const existing = existingFunction(event.triggerSource);
  const told = tell(event).catch((error) => {
    // Counted by a metric filter. Neither the user nor the words of the error belong here: they may be personal.
    console.log(JSON.stringify({ c2d: "${UNDELIVERED}", reason: error.c2dReason ?? error.cause?.code ?? error.name, trigger: event.triggerSource }));
  });
  try {
    return existing === undefined ? event : await call(existing, event);
  } finally {
    await told;
  }
};

async function tell(event) {
  const { ${TRIGGER_VARIABLES.url}: url, ${TRIGGER_VARIABLES.secret}: secret } = process.env;
  const body = JSON.stringify({
    id: randomUUID(),
    userPoolId: event.userPoolId,
    sub: event.request.userAttributes.sub,
  });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", secret).update(timestamp + "." + body).digest("hex");
  const response = await fetch(url, {
    method: "POST",
    redirect: "error",
    headers: {
      "content-type": "application/json",
      "${SYNC_EVENT.timestampHeader}": timestamp,
      "${SYNC_EVENT.signatureHeader}": "v1=" + signature,
    },
    body,
    signal: AbortSignal.timeout(${TIMEOUT_MS}),
  });
  // Read to its end, so that the connection can be used again.
  await response.arrayBuffer();
  if (!response.ok) throw Object.assign(new Error(), { c2dReason: "HTTP " + response.status });
}

function existingFunction(triggerSource) {
  const arn = String(triggerSource).startsWith("PostConfirmation_")
    ? process.env.${TRIGGER_VARIABLES.postConfirmation}
    : process.env.${TRIGGER_VARIABLES.postAuthentication};
  return arn || undefined;
}

let lambda;

async function call(arn, event) {
  const { InvokeCommand, LambdaClient } = require("@aws-sdk/client-lambda");
  lambda ??= new LambdaClient({ maxAttempts: 1 });
  const answer = await lambda.send(new InvokeCommand({ FunctionName: arn, Payload: JSON.stringify(event) }));
  const payload = JSON.parse(Buffer.from(answer.Payload).toString("utf8"));
  // What the function that was there refuses stays refused, in its words.
  if (answer.FunctionError) {
    throw Object.assign(new Error(payload.errorMessage), { name: payload.errorType ?? "Error" });
  }
  return payload;
}
`;
}
