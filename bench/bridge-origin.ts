// A server in Cognito's place: answers at once, takes bodies of any size, and gives as many bytes as it is asked for.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const chunk = Buffer.alloc(65_536);

const server = createServer((request, response) => {
  const bytes = Number(/^\/bytes\/(\d+)$/.exec(request.url ?? "")?.[1] ?? 0);
  request.resume();
  request.once("end", () => {
    if (bytes === 0) {
      response.end("ok");
      return;
    }
    let left = bytes;
    const write = (): void => {
      while (left > 0) {
        left -= chunk.length;
        if (!response.write(chunk)) {
          response.once("drain", write);
          return;
        }
      }
      response.end();
    };
    write();
  });
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
