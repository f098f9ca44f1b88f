/** A small application on loopback that signs people in by the code flow, and shows who they are. */

import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Where the application sends people to sign in. */
export interface Authority {
  readonly authorize: string;
  readonly token: string;
  readonly clientId: string;
  /** Absent for an application that proves itself by PKCE alone. */
  readonly clientSecret?: string;
  readonly scope: string;
  /** Further parameters of the request. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** What the application got for its code. */
export interface Tokens {
  readonly idToken: Readonly<Record<string, unknown>>;
  readonly accessToken: Readonly<Record<string, unknown>>;
}

/** The application. */
export interface RelyingParty extends AsyncDisposable {
  readonly url: string;
  readonly callback: string;
  /** Whom it trusts; set once that is known. */
  authority: Authority | undefined;
  /** Everybody who signed in, in order. */
  readonly signIns: readonly Tokens[];
}

/** @param host - By which a browser knows it; it listens on loopback. */
export async function startRelyingParty(host: string): Promise<RelyingParty> {
  const signIns: Tokens[] = [];
  const waiting = new Map<string, string>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    const { authority } = party;
    if (authority === undefined) return page(response, 500, "no authority");
    if (pathname !== "/callback") return signIn(response, authority);
    finish(authority, searchParams).then(
      (tokens) => {
        signIns.push(tokens);
        page(response, 200, `Welcome ${String(tokens.idToken["email"] ?? tokens.idToken["sub"])}`);
      },
      (error: unknown) => page(response, 400, String(error)),
    );
  });

  function signIn(response: ServerResponse, authority: Authority): void {
    const state = randomBytes(16).toString("base64url");
    const verifier = randomBytes(32).toString("base64url");
    waiting.set(state, verifier);
    const query = new URLSearchParams({
      client_id: authority.clientId,
      response_type: "code",
      redirect_uri: party.callback,
      scope: authority.scope,
      state,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...authority.parameters,
    });
    response.writeHead(302, { location: `${authority.authorize}?${query.toString()}` }).end();
  }

  async function finish(authority: Authority, query: URLSearchParams): Promise<Tokens> {
    const verifier = waiting.get(query.get("state") ?? "");
    if (verifier === undefined)
      throw new Error(query.get("error_description") ?? query.get("error") ?? "unknown state");
    const answer = await fetch(authority.token, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code: query.get("code") ?? "",
        redirect_uri: party.callback,
        client_id: authority.clientId,
        code_verifier: verifier,
        ...(authority.clientSecret === undefined ? {} : { client_secret: authority.clientSecret }),
      }),
    });
    const tokens = (await answer.json()) as { id_token?: string; access_token?: string; error?: string };
    if (tokens.error !== undefined) throw new Error(tokens.error);
    return { idToken: claimsOf(tokens.id_token), accessToken: claimsOf(tokens.access_token) };
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  const party: RelyingParty = {
    url,
    callback: `${url}/callback`,
    authority: undefined,
    signIns,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return party;
}

function claimsOf(token: string | undefined): Readonly<Record<string, unknown>> {
  const [, payload = ""] = (token ?? "").split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString() || "{}") as Record<string, unknown>;
}

function page(response: ServerResponse, status: number, text: string): void {
  const shown = text.replaceAll("<", "&lt;");
  response.writeHead(status, { "content-type": "text/html" }).end(`<!doctype html><h1 id="app">${shown}</h1>`);
}
