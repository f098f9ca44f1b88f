import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { inflateRawSync } from "node:zlib";
import { createSamlIdp, type SamlIdp } from "../../../../packages/sandbox/test/descope/saml-idp.ts";

/** What an administrator of a SAML provider has set up, once and by hand. */
export interface RegisteredService {
  readonly entityId: string;
  readonly acsUrl: string;
  /** What the provider sends along when a sign-in begins there. */
  readonly relayState: string;
}

/** A SAML provider with pages for a browser. It answers nobody but the service that is registered. */
export interface BrowserIdp extends AsyncDisposable {
  readonly idp: SamlIdp;
  /** Where a user begins at the provider. */
  readonly tileUrl: string;
  readonly service: RegisteredService;
}

/** Starts a provider. */
export async function startBrowserIdp(name: string, service: RegisteredService): Promise<BrowserIdp> {
  const server = createServer((request, response) => {
    const answer = async (): Promise<string> => {
      const url = new URL(request.url ?? "/", "http://localhost");
      if (request.method === "POST") {
        const form = new URLSearchParams(await text(request));
        return await respond(form.get("email") ?? "", form.get("id") ?? "", form.get("relay") ?? "");
      }
      if (url.pathname === "/tile") return signInPage("", service.relayState);
      return signInPage(
        readRequest(url.searchParams.get("SAMLRequest") ?? ""),
        url.searchParams.get("RelayState") ?? "",
      );
    };
    answer().then(
      (page) => response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://${name}.idp.example:${(server.address() as AddressInfo).port}`;
  const idp = createSamlIdp({ entityId: `${origin}/entity`, url: `${origin}/sso`, rotates: true });

  /** The ID of a request, if it is one of the registered service. */
  function readRequest(encoded: string): string {
    const xml = inflateRawSync(Buffer.from(encoded, "base64")).toString();
    const [, issuer] = /<(?:\w+:)?Issuer[^>]*>([^<]*)</.exec(xml) ?? [];
    const [, acsUrl] = /AssertionConsumerServiceURL="([^"]*)"/.exec(xml) ?? [];
    if (issuer !== service.entityId || acsUrl !== service.acsUrl)
      throw new Error(`not registered: ${issuer} ${acsUrl}`);
    return /\bID="([^"]+)"/.exec(xml)?.[1] ?? "";
  }

  async function respond(email: string, inResponseTo: string, relay: string): Promise<string> {
    const response = await idp.respond({
      acsUrl: service.acsUrl,
      audience: service.entityId,
      email,
      ...(inResponseTo === "" ? {} : { inResponseTo }),
    });
    return `<!doctype html><body onload="document.forms[0].submit()"><form method="post" action="${service.acsUrl}">
      <input type="hidden" name="SAMLResponse" value="${response}"><input type="hidden" name="RelayState" value="${escape(relay)}">
      </form></body>`;
  }

  return {
    idp,
    tileUrl: `${origin}/tile`,
    service,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}

function signInPage(id: string, relay: string): string {
  return `<!doctype html><h1>Sign in</h1><form method="post" action="/sso">
    <input name="email"><input type="hidden" name="id" value="${escape(id)}">
    <input type="hidden" name="relay" value="${escape(relay)}"><button>Sign in</button></form>`;
}

function escape(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
