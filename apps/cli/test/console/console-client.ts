import { readJit, readSessions, readSso, readSsoConnection } from "@cognito-to-descope/console/contract";
import type { RunningConsole } from "./start-console.ts";

const ROUTES = [readJit, readSessions, readSso, readSsoConnection];

/** Calls the API of a console with a session, as its page does. */
export interface ConsoleClient {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the document is known beside the path
  readonly get: <Document>(path: string) => Promise<Document>;
  readonly post: (path: string, body: object) => Promise<Response>;
}

/** Signs in, and gives what calls then. */
export async function consoleClient(running: RunningConsole): Promise<ConsoleClient> {
  const { origin } = running;
  const cookie = await running.signIn();
  return {
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the document is known beside the path
    async get<Document>(path: string) {
      const response = await fetch(`${origin}${path}`, { headers: { cookie } });
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      const document = JSON.parse(text) as Document;
      // What the server says is what the contract says, to the last field.
      const route = ROUTES.find((one) => one.path === path.split("?")[0]);
      route?.responses[200].content["application/json"].schema.parse(document);
      return document;
    },
    post: (path, body) =>
      fetch(`${origin}${path}`, {
        method: "POST",
        headers: { cookie, origin, "content-type": "application/json", "x-c2d-console": "1" },
        body: JSON.stringify(body),
      }),
  };
}
