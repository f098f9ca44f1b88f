import { inflateRawSync } from "node:zlib";
import { expect } from "vitest";
import type { SamlIdp } from "../../../../packages/sandbox/test/descope/saml-idp.ts";
import { descope } from "../pipeline/world.ts";
import { CUSTOM_DOMAIN, type SsoWorld } from "./sso-world.ts";

/** Signs somebody in at the provider of a tenant, as a browser would, marked as a test. */
export async function signInAsTest(
  { sandbox, pool }: Pick<SsoWorld, "sandbox" | "pool">,
  idp: SamlIdp,
  tenant = "acme",
): Promise<void> {
  const begun = (await descope(sandbox, `POST /v1/auth/saml/authorize?tenant=${tenant}&test=true`, {})) as {
    readonly url: string;
  };
  const url = new URL(begun.url);
  const xml = inflateRawSync(Buffer.from(url.searchParams.get("SAMLRequest") ?? "", "base64")).toString();
  const SAMLResponse = await idp.respond({
    acsUrl: `https://${CUSTOM_DOMAIN}/saml2/idpresponse`,
    audience: `urn:amazon:cognito:sp:${pool.userPoolId}`,
    inResponseTo: /ID="([^"]+)"/.exec(xml)?.[1] ?? "",
  });
  const answer = await fetch(`${sandbox.descope}/v1/auth/saml/acs?projectId=${sandbox.projectId}`, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ SAMLResponse, RelayState: url.searchParams.get("RelayState") ?? "" }).toString(),
  });
  expect(answer.status, await answer.text()).toBeLessThan(400);
}
