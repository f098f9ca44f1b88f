/** Actions that send users to OAuth providers and to the identity providers of tenants, and take them back. */

import { startOidc } from "../sso/oauth-operations.ts";
import { Refusal } from "../refusal.ts";
import type { LinkGrant } from "../sign-in/one-time-tokens.ts";
import { startSso } from "../sso/saml-operations.ts";
import { argument, failed, formText, prove, withStep } from "./flow-action.ts";
import type { Action, ActionCall, ActionOutcome } from "./flow-action.ts";
import { asText, interpolate } from "./flow-context.ts";
import { flowContext, typedLoginId } from "./flow-run.ts";

function startOAuth(mode: "any" | "signin" | "signup"): Action {
  return (of) => {
    const { call, run } = of;
    const wanted = of.input?.["provider"] ?? run.form["provider"];
    const id = typeof wanted === "string" && wanted !== "" ? wanted : asText(argument(of, "defaultProvider"));
    const provider = call.project.oauthProviders.get(id);
    if (provider === undefined || !provider.enabled)
      return failed("OAuthStartFailed", `There is no OAuth provider ${id}`);
    const stepId = asText(argument(of, "exchangeStepId")) || `${of.task.id}.end`;
    const prompt = argument(of, "prompt");
    const { url } = startOidc(
      call,
      provider.client,
      {
        redirectUrl: withStep(returnAddress(of), run, stepId),
        loginHint: interpolate(asText(argument(of, "loginHint")), flowContext(call, run)),
        prompt: Array.isArray(prompt) ? prompt.join(" ") : "",
        customClaims: {},
      },
      { kind: "oauth", mode, provider: id },
    );
    return { kind: "redirect", url, stepId };
  };
}

function returnAddress(of: ActionCall): string {
  const url = asText(argument(of, "redirectUrl")) || of.run.redirectUrl;
  if (!URL.canParse(url)) throw new Refusal(400, "E103003", "Flow cannot go on", "The flow has no redirect address");
  return url;
}

async function startSamlStep(of: ActionCall): Promise<ActionOutcome> {
  const { call, run } = of;
  const stepId = asText(argument(of, "exchangeStepId")) || `${of.task.id}.end`;
  const tenant = run.tenant || formText(of, "tenant") || typedLoginId(run);
  const { url } = await startSso(call, tenant, "", {
    redirectUrl: withStep(returnAddress(of), run, stepId),
    loginHint: "",
    prompt: "",
    customClaims: {},
  });
  return { kind: "redirect", url, stepId };
}

function exchange(method: "oauth" | "fed", errorName: string): Action {
  return (of) => {
    const refused = of.input?.["err"] ?? of.input?.["error"];
    if (typeof refused === "string" && refused !== "") return failed(errorName, refused);
    const code = of.input?.["exchangeCode"] ?? of.input?.["code"];
    if (typeof code !== "string" || code === "") return { kind: "wait" };
    let grant: LinkGrant;
    try {
      grant = of.call.project.oneTimeTokens.redeemLink(code, [method]);
    } catch {
      return failed(errorName, "The code is expired, used or unknown");
    }
    const user = of.call.project.users.byUserId(grant.userId);
    if (user === undefined) return failed(errorName, "The user does not exist");
    if (grant.tenantId !== undefined) {
      of.run.tenant = grant.tenantId;
      of.run.ssoId = grant.ssoId;
    }
    return prove(of, user, method);
  };
}

export const federationActions: Readonly<Record<string, Action>> = {
  "oauth-start": startOAuth("any"),
  "oauth-start-sign-in": startOAuth("signin"),
  "oauth-start-sign-up": startOAuth("signup"),
  "exchange-oauth-code": exchange("oauth", "OAuthExchangeCodeFailed"),
  "saml-start": startSamlStep,
  "exchange-saml-code": exchange("fed", "SAMLExchangeCodeFailed"),
};
