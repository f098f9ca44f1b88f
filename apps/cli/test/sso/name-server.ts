import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** One name of the world, which leads to a port of this machine, and later to another one. */
export interface NamedHost extends AsyncDisposable {
  /** Where browsers find the host. */
  readonly port: number;
  /** A proxy by which programs find it. */
  readonly proxyUrl: string;
  /** Changes the record, and lets time pass until the connections of before have ended. */
  pointTo(port: number): void;
}

/** Lets a host be found. */
export async function startNamedHost(first: number): Promise<NamedHost> {
  let target = first;
  const sockets = new Set<Socket>();
  const join = (socket: Socket): void => {
    const other = connect(target, "127.0.0.1");
    for (const one of [socket, other]) {
      sockets.add(one);
      one.on("close", () => sockets.delete(one));
      one.on("error", () => {
        socket.destroy();
        other.destroy();
      });
    }
    socket.pipe(other).pipe(socket);
  };
  const server = createServer(join);
  const proxy = createHttpServer().on("connect", (_request, socket: Socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    join(socket);
  });
  for (const one of [server, proxy]) {
    one.listen(0, "127.0.0.1");
    await once(one, "listening");
  }
  return {
    port: (server.address() as AddressInfo).port,
    proxyUrl: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    pointTo(port) {
      target = port;
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(
        [server, proxy].map(async (one) => {
          const closed = once(one, "close");
          one.close();
          await closed;
        }),
      );
    },
  };
}
