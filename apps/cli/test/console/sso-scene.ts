import type { AddressInfo } from "node:net";
import { createSamlIdp, type SamlIdp } from "../../../../packages/sandbox/test/descope/saml-idp.ts";
import { makeCertificate } from "../../../../packages/sandbox/test/descope/self-signed-certificate.ts";
import { type Answer, ask } from "../../../gateway/test/bridge/raw-client.ts";
import { environmentFor } from "../commands/fast-world.ts";
import { cognito } from "../pipeline/world.ts";
import { startFront } from "../sso/front.ts";
import { type RunningBridge, startBridge } from "../sso/running-bridge.ts";
import { CUSTOM_DOMAIN, startSsoWorld, type SsoWorld } from "../sso/sso-world.ts";

/** A company with three connections, settings in the project, a bridge that runs, and nobody cut over. */
export interface SsoScene extends AsyncDisposable {
  readonly world: SsoWorld;
  readonly acme: SamlIdp;
  readonly bridge: RunningBridge;
  /** The environment in which commands and the console find both services. */
  readonly env: Readonly<Record<string, string>>;
  /** A user signs in that begins at the provider Acme: what the bridge answers. */
  readonly beginAtAcme: () => Promise<Answer>;
}

const APP = "https://app.example.com/callback";

/** Starts it. */
export async function startSsoScene(): Promise<SsoScene> {
  const world = await startSsoWorld();
  const { sandbox, pool, folder } = world;
  const keys = makeCertificate(CUSTOM_DOMAIN);
  sandbox.cognitoService.state.baseUrl = `https://${CUSTOM_DOMAIN}`;
  const front = await startFront(sandbox.cognito, { [CUSTOM_DOMAIN]: keys });
  const call = async (operation: string, input: object): Promise<Readonly<Record<string, unknown>>> =>
    await cognito(sandbox, operation, { UserPoolId: pool.userPoolId, ...input });
  const acme = createSamlIdp();
  const sealed = createSamlIdp({ entityId: "https://sealed.example/metadata", url: "https://sealed.example/sso" });
  const mapping = { AttributeMapping: { email: "mail" } };
  await world.addProvider("Acme", "SAML", { MetadataFile: acme.metadata(), IDPInit: "true" }, mapping);
  await world.addProvider("Sealed", "SAML", { MetadataFile: sealed.metadata(), EncryptedResponses: "true" }, mapping);
  await world.addProvider(
    "Initech",
    "OIDC",
    {
      client_id: "initech-client",
      client_secret: "canary-secret",
      attributes_request_method: "GET",
      oidc_issuer: world.providers.addOidc("initech"),
      authorize_scopes: "openid email",
    },
    { AttributeMapping: { email: "email" } },
  );
  const { UserPoolClient } = await call("CreateUserPoolClient", {
    ClientName: "app",
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid"],
    CallbackURLs: [APP],
    SupportedIdentityProviders: ["COGNITO", "Acme"],
  });
  const { ClientId: clientId } = UserPoolClient as { readonly ClientId: string };
  const sso = { redirectUrl: "https://app.example.com/descope" };
  await world.c2d(["sso", "apply", "--yes"], sso);
  const upstream = `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const written = await world.c2d(["sso", "bridge", "config", "--upstream", upstream], sso);
  if (written.code !== 0) throw new Error(written.stderr);
  const bridge = await startBridge(folder, keys);
  const relayState = new URLSearchParams({
    identity_provider: "Acme",
    client_id: clientId,
    redirect_uri: APP,
    response_type: "code",
    scope: "openid",
  }).toString();
  return {
    world,
    acme,
    bridge,
    env: { ...environmentFor(sandbox), COGNITO_USER_POOL_ID: pool.userPoolId },
    async beginAtAcme() {
      const SAMLResponse = await acme.respond({
        acsUrl: `https://${CUSTOM_DOMAIN}/saml2/idpresponse`,
        audience: `urn:amazon:cognito:sp:${pool.userPoolId}`,
        email: "ana@acme.example",
      });
      return await ask(bridge.port, {
        method: "POST",
        path: "/saml2/idpresponse",
        ca: keys.certificate,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ SAMLResponse, RelayState: relayState }).toString(),
      });
    },
    async [Symbol.asyncDispose]() {
      await bridge[Symbol.asyncDispose]();
      front.closeAllConnections();
      front.close();
      await world[Symbol.asyncDispose]();
    },
  };
}
