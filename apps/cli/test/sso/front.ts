import { once } from "node:events";
import { request } from "node:http";
import { createServer, type Server } from "node:https";
import { createSecureContext } from "node:tls";
import type { makeCertificate } from "../../../../packages/sandbox/test/descope/self-signed-certificate.ts";

/** A key with its certificate, in PEM. */
export type Keys = ReturnType<typeof makeCertificate>;

/** Starts TLS in front of the sandbox, with the certificate of the name that is asked for: Cognito's distribution. */
export async function startFront(url: string, certificates: Readonly<Record<string, Keys>>): Promise<Server> {
  const contexts = new Map(
    Object.entries(certificates).map(([name, { privateKey: key, certificate: cert }]) => [
      name,
      createSecureContext({ key, cert }),
    ]),
  );
  const front = createServer({ SNICallback: (name, use) => use(null, contexts.get(name)) }, (incoming, response) => {
    const { method = "GET", headers, url: path = "" } = incoming;
    const outgoing = request(url + path, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on("error", () => response.destroy());
    incoming.pipe(outgoing);
  });
  front.listen(0, "127.0.0.1");
  await once(front, "listening");
  return front;
}
