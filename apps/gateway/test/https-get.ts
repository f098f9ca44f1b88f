import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request, type RequestOptions } from "node:https";
import type { TLSSocket } from "node:tls";

/** What a server answered, and whose certificate it showed. */
export interface HttpsAnswer {
  readonly status: number | undefined;
  readonly commonName: string | undefined;
}

/** Asks over a connection of its own. */
export async function httpsGet(url: string, options: RequestOptions): Promise<HttpsAnswer> {
  const sent = request(url, { agent: false, ...options });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const { subject } = (response.socket as TLSSocket).getPeerCertificate();
  response.resume();
  await once(response, "end");
  return { status: response.statusCode, commonName: subject.CN as string | undefined };
}

/** Whether there is no connection. How a client learns of it depends on when the server closes: as an alert, or as an end. */
export async function isRefused(url: string, options: RequestOptions): Promise<boolean> {
  return httpsGet(url, options).then(
    () => false,
    () => true,
  );
}
