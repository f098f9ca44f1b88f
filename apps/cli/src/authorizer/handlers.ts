// The function of a dual Lambda authorizer. `scripts/bundle-authorizer.ts` makes one file of it and of all that it uses,
// which `c2d aws emit` writes beside its documents.
import { existsSync, readFileSync } from "node:fs";
import { AUTHORIZER_CONFIG_FILE } from "@cognito-to-descope/core";
import { createVerifier } from "@cognito-to-descope/session";
import {
  type AppSyncAnswer,
  type AppSyncAuthorizerEvent,
  createAppSyncAuthorizer,
  createHttpAuthorizer,
  createRestAuthorizer,
  type HttpAuthorizerEvent,
  type HttpAuthorizerEventV1,
  type PolicyAnswer,
  type RestAuthorizerEvent,
  type SimpleAnswer,
} from "@cognito-to-descope/session/lambda";
import { readConfig, settingsOf } from "./read-config.ts";

const file = new URL(AUTHORIZER_CONFIG_FILE, import.meta.url);
const { verifierOptions, cacheSeconds } = settingsOf(
  readConfig(process.env, () => (existsSync(file) ? readFileSync(file, "utf8") : undefined)),
);

// Keys are read with the first token. Reading them here would hold up everybody while one of the issuers does not answer.
const verifier = createVerifier({
  ...verifierOptions,
  // One line of the log for each token, so that the last one of Cognito can be seen. Nothing in it says whose it is.
  onVerification: ({ outcome, provider, source, tokenKind, reason }) =>
    void process.stdout.write(`${JSON.stringify({ outcome, provider, source, tokenKind, reason })}\n`),
});

/** An HTTP API that takes simple answers. */
export const httpSimple: (event: HttpAuthorizerEvent) => Promise<SimpleAnswer> = createHttpAuthorizer({
  verifier,
  answer: "simple",
});

/** An HTTP API that takes IAM policies. */
export const httpIam: (event: HttpAuthorizerEvent | HttpAuthorizerEventV1) => Promise<PolicyAnswer> =
  createHttpAuthorizer({ verifier, answer: "policy" });

/** A REST API that hands over the token. */
export const restToken: (event: RestAuthorizerEvent) => Promise<PolicyAnswer> = createRestAuthorizer({ verifier });

/** A REST API that hands over the request. */
export const restRequest: (event: RestAuthorizerEvent) => Promise<PolicyAnswer> = createRestAuthorizer({ verifier });

/** An AppSync API. */
export const appsync: (event: AppSyncAuthorizerEvent) => Promise<AppSyncAnswer> = createAppSyncAuthorizer({
  verifier,
  ttlSeconds: cacheSeconds,
});
