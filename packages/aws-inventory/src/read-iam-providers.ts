import { namedBy, type ServiceReader } from "./service-reader.ts";

/** OIDC providers of IAM whose issuer is the pool: roles can be taken on with its tokens directly. */
export const readIamProviders: ServiceReader = async ({ config, pools, signal, found }) => {
  const { IAMClient, ListOpenIDConnectProvidersCommand } = await import("@aws-sdk/client-iam");
  const client = new IAMClient(config);
  try {
    const { OpenIDConnectProviderList = [] } = await client.send(new ListOpenIDConnectProvidersCommand({}), {
      abortSignal: signal,
    });
    for (const { Arn = "" } of OpenIDConnectProviderList) {
      // The ARN ends in the issuer without its scheme.
      for (const { userPoolId } of namedBy(pools, Arn.split(":oidc-provider/")[1])) {
        found({
          service: "iam",
          certainty: "trusts",
          userPoolId,
          kind: "OIDC provider",
          id: Arn,
          name: Arn,
          usedIn: [],
          change: "an OIDC provider for Descope's issuer, and its conditions in the trust policies of the roles",
          targets: ["identity-pool"],
          options: {},
        });
      }
    }
  } finally {
    client.destroy();
  }
};
