import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What the gateway is asked, decoded. */
export interface Asked {
  readonly username: string;
  readonly password: string;
  readonly withLoginId: boolean;
}

/** A server with the contract of the gateway's route, for the answers that are hard to bring about with the real one. */
export interface GatewayContract extends AsyncDisposable {
  readonly url: string;
  readonly asked: Asked[];
  /** What it answers next. */
  answer: (asked: Asked) => Promise<{ readonly status?: number; readonly body: object | string }>;
}

export async function openGatewayContract(): Promise<GatewayContract> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
      const decode = (member: string): string => Buffer.from(String(body[member]), "base64").toString("utf8");
      const one = {
        username: decode("usernameBase64"),
        password: decode("passwordBase64"),
        withLoginId: body["withLoginId"] === true,
      };
      asked.push(one);
      void gateway.answer(one).then((answer) => {
        response.writeHead(answer.status ?? 200, { "content-type": "application/json" });
        response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const gateway: GatewayContract = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: async () => ({ body: { verdict: "unavailable", next: "retry-later", reason: "pool-unavailable" } }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return gateway;
}
