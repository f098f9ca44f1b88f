import { descopeEndpoints } from "../descope-issuer.ts";
import { defineTarget, type Target } from "../target.ts";
import { firstSteps, lastSteps } from "./first-steps.ts";
import { listenerRule } from "./listener-rule.ts";

/** A load balancer that verifies Descope's tokens. */
export const albJwt: Target = defineTarget({
  name: "alb-jwt",
  summary: "Application Load Balancer: verification of Descope's tokens",
  needs: ["listenerArn", "targetGroupArn", "priority", "paths"],
  takes: ["hosts"],
  build: (options) => {
    const { issuer, projectId, audiences, region, listenerArn, priority } = options;
    return {
      target: "alb-jwt",
      title: "Application Load Balancer, jwt-validation",
      description:
        "A listener rule that verifies the bearer token before it forwards, and answers 401 otherwise. A rule knows one issuer: both kinds of token need a rule each, told apart by path or host.",
      replaces: [`what verifies tokens behind listener ${listenerArn} today, for the paths of the rule`],
      parameters: [],
      resources: [
        listenerRule(
          options,
          "Verifies signature, issuer, expiry, audience, and that it is a session token: a refresh token has another drn.",
          {
            JwtValidationConfig: {
              AdditionalClaims: [
                { Format: "single-string", Name: "aud", Values: audiences },
                { Format: "single-string", Name: "drn", Values: ["DS"] },
              ],
              Issuer: issuer,
              JwksEndpoint: descopeEndpoints(issuer, projectId).jwks,
            },
            Type: "jwt-validation",
          },
        ),
      ],
      outputs: [],
      files: [],
      runbook: {
        before: firstSteps("alb-jwt", options),
        steps: [
          {
            text: `List the rules. The new one needs a free priority; a rule with a priority below ${priority} and the same conditions would come first.`,
            commands: [`aws elbv2 describe-rules --region ${region} --listener-arn ${listenerArn}`],
          },
          {
            text: "Choose a path or a host that only migrated clients use: the rule refuses every other token, those of Cognito included.",
          },
          {
            text: "Deploy the document, and call the path with a session token, with a refresh token and without one.",
          },
          ...lastSteps,
        ],
        rollback: [{ text: "Delete the stack: requests reach the rule behind it again." }],
        backEnds: ["The token is passed on as it came. The load balancer adds no header to it."],
        doubts: [
          "RS256 only; the key set may hold 10 keys and 150 KB.",
          "`aud` must be one text: a template that makes it a list needs the format `string-array`.",
        ],
      },
    };
  },
});
