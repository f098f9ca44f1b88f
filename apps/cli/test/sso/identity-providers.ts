import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as samlify from "samlify";
import { makeCertificate } from "../../../../packages/sandbox/test/descope/self-signed-certificate.ts";

/** Metadata of SAML providers made with samlify, and discovery documents, served over plain http on this machine. */
export interface ProviderServer extends AsyncDisposable {
  readonly url: string;
  /** Serves the metadata of a provider and gives its address. */
  addSaml(name: string, options?: SamlOptions): string;
  /** Serves the discovery document of an OIDC provider and gives its issuer. */
  addOidc(name: string): string;
  /** Serves any text and gives its address. */
  addText(name: string, text: string): string;
  /** Takes what is served under a name away. */
  remove(name: string): void;
  /** How often something was asked for. */
  asked(name: string): number;
}

/** How the metadata of a provider is. */
export interface SamlOptions {
  /** @defaultValue an entity ID of its own */
  readonly entityId?: string;
  readonly wantsSignedRequests?: boolean;
}

const REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

/** One key for all providers of a test file: making one takes longer than most tests. */
let shared: ReturnType<typeof makeCertificate> | undefined;

/** Metadata of a SAML provider as samlify writes it. */
export function samlMetadata(name: string, origin: string, options: SamlOptions = {}): string {
  shared ??= makeCertificate("idp.example");
  return samlify
    .IdentityProvider({
      entityID: options.entityId ?? `${origin}/${name}/entity`,
      privateKey: shared.privateKey,
      signingCert: shared.certificate,
      wantAuthnRequestsSigned: options.wantsSignedRequests ?? false,
      singleSignOnService: [{ Binding: REDIRECT, Location: `${origin}/${name}/sso` }],
      singleLogoutService: [{ Binding: REDIRECT, Location: `${origin}/${name}/slo` }],
    })
    .getMetadata();
}

/** Starts the server on a port of its own. */
export async function startProviders(): Promise<ProviderServer> {
  const texts = new Map<string, string>();
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname.slice(1);
    const name = path.split("/")[0] ?? "";
    counts.set(name, (counts.get(name) ?? 0) + 1);
    const text = texts.get(path);
    response.writeHead(text === undefined ? 404 : 200, { "content-type": "application/xml" }).end(text ?? "");
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    addSaml(name, options) {
      texts.set(`${name}/metadata`, samlMetadata(name, url, options));
      return `${url}/${name}/metadata`;
    },
    addOidc(name) {
      const issuer = `${url}/${name}`;
      texts.set(
        `${name}/.well-known/openid-configuration`,
        JSON.stringify({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          userinfo_endpoint: `${issuer}/userinfo`,
          jwks_uri: `${issuer}/jwks`,
        }),
      );
      return issuer;
    },
    addText(name, text) {
      texts.set(`${name}/metadata`, text);
      return `${url}/${name}/metadata`;
    },
    remove(name) {
      for (const path of texts.keys()) if (path.startsWith(`${name}/`)) texts.delete(path);
    },
    asked: (name) => counts.get(name) ?? 0,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}
