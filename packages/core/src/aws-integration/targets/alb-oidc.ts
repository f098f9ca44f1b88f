import { descopeEndpoints } from "../descope-issuer.ts";
import { defineTarget, type Target } from "../target.ts";
import { firstSteps, lastSteps } from "./first-steps.ts";
import { listenerRule } from "./listener-rule.ts";

/** A load balancer that signs users in with Descope. */
export const albOidc: Target = defineTarget({
  name: "alb-oidc",
  summary: "Application Load Balancer: sign-in with Descope",
  needs: ["listenerArn", "targetGroupArn", "priority", "paths"],
  takes: ["hosts", "clientId", "scope"],
  build: (options) => {
    const { issuer, projectId, region, listenerArn, priority, clientId, scope = "openid profile email" } = options;
    const endpoints = descopeEndpoints(issuer, projectId);
    return {
      target: "alb-oidc",
      title: "Application Load Balancer, authenticate-oidc",
      description:
        "A listener rule that signs users in with Descope before it forwards. It stands in front of the rule that signs them in with Cognito, which stays for the way back.",
      replaces: [
        `the rule of listener ${listenerArn} with the action authenticate-cognito and a priority above ${priority}`,
      ],
      parameters: [
        {
          name: "DescopeClientSecret",
          description: "Client secret of the OIDC application in Descope.",
          secret: true,
        },
      ],
      resources: [
        listenerRule(
          options,
          "Signs users in with Descope. The cookie has a name of its own, so that no Cognito session is taken for one of Descope.",
          {
            AuthenticateOidcConfig: {
              AuthorizationEndpoint: endpoints.authorization,
              ClientId: clientId ?? projectId,
              ClientSecret: { $: "parameter", name: "DescopeClientSecret" },
              Issuer: issuer,
              OnUnauthenticatedRequest: "authenticate",
              Scope: scope,
              SessionCookieName: "DescopeALBSession",
              TokenEndpoint: endpoints.token,
              UserInfoEndpoint: endpoints.userInfo,
            },
            Type: "authenticate-oidc",
          },
        ),
      ],
      outputs: [],
      files: [],
      runbook: {
        before: [
          {
            text: `Compare the endpoints with the discovery document, ${endpoints.discovery}: they are derived from the issuer.`,
            commands: [`curl ${endpoints.discovery}`],
          },
          {
            text: "Register the load balancer's redirect URL in Descope: `https://<host of the load balancer>/oauth2/idpresponse`, for every host name that it answers to.",
          },
          ...firstSteps("alb-oidc", options).slice(2),
        ],
        steps: [
          {
            text: "List the rules. The new one needs a free priority below that of the rule with authenticate-cognito.",
            commands: [`aws elbv2 describe-rules --region ${region} --listener-arn ${listenerArn}`],
          },
          {
            text: "Deploy the document, with the client secret as a parameter. From then on users without a session sign in with Descope; those with a Cognito session at the load balancer sign in again once.",
          },
          { text: "Sign in through the load balancer, and look at `x-amzn-oidc-data` in the back end." },
          ...lastSteps,
        ],
        rollback: [{ text: "Delete the stack. The rule behind it signs users in with Cognito again." }],
        backEnds: [
          "`x-amzn-oidc-identity` is Descope's user ID instead of the Cognito `sub`.",
          "`x-amzn-oidc-data` is signed by the load balancer (ES256), as before; its claims are those of Descope's user info.",
        ],
        doubts: [
          "The load balancer compares the issuer of Descope's ID token with this issuer. Whether a JWT template changes the issuer of ID tokens is not documented: sign in once before users do.",
          "A client of Descope's own OIDC application is the project ID; its secret is an access key.",
        ],
      },
    };
  },
});
