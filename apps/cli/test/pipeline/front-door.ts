import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server in front of another one. */
export interface FrontDoor extends AsyncDisposable {
  readonly url: string;
}

/** Passes requests on, but answers 500 itself to those whose path and body are refused. */
export async function openFrontDoor(
  behind: string,
  refuses: (path: string, body: string) => boolean,
): Promise<FrontDoor> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const path = request.url ?? "/";
      if (refuses(path, body.toString())) {
        response.writeHead(500, { "content-type": "application/json" }).end("{}");
        return;
      }
      const headers = Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === "string" && name !== "host" && name !== "connection" ? [[name, value] as const] : [],
      );
      const method = request.method ?? "GET";
      fetch(behind + path, {
        method,
        headers: [...headers] as [string, string][],
        ...(body.length > 0 ? { body } : {}),
      })
        .then(async (answer) => {
          const text = await answer.text();
          response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" }).end(text);
        })
        .catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
