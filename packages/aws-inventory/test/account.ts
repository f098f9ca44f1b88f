import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as a service sees it. */
export interface AccountRequest {
  /** Name in the signature: `apigateway`, `appsync`, `elasticloadbalancing`, `cognito-identity`, `iam`. */
  readonly service: string;
  /** `GET /restapis` for REST services, the operation's name for the others. */
  readonly operation: string;
  readonly query: URLSearchParams;
  /** Parameters of a query service, or of a JSON body. */
  readonly input: Readonly<Record<string, string>>;
}

/** An answer: an object is sent as JSON, a text as XML. */
export interface AccountAnswer {
  readonly status?: number;
  readonly body: object | string;
  readonly errorType?: string;
}

/** An AWS account on loopback that speaks the wire protocols of the services, and answers as it is told. */
export interface Account extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly string[];
}

/** Starts it. What `answer` has no answer for is an empty listing of the service. */
export async function startAccount(
  answer: (request: AccountRequest) => AccountAnswer | object | string | undefined,
): Promise<Account> {
  const requests: string[] = [];
  const server = createServer((incoming, outgoing) => {
    void readBody(incoming).then((body) => {
      const request = parse(incoming, body);
      requests.push(`${request.service} ${request.operation}`);
      const given = answer(request) ?? emptyAnswer(request);
      const { status = 200, body: text, errorType } = isAnswer(given) ? given : { body: given };
      const headers = {
        ...(errorType === undefined ? {} : { "x-amzn-errortype": errorType }),
        "x-amzn-requestid": "r-1",
      };
      if (typeof text === "string") outgoing.writeHead(status, { "content-type": "text/xml", ...headers }).end(text);
      else outgoing.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(text));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isAnswer(given: AccountAnswer | object | string): given is AccountAnswer {
  return typeof given === "object" && "body" in given;
}

function parse(incoming: IncomingMessage, body: string): AccountRequest {
  const url = new URL(incoming.url ?? "/", "http://account");
  const scope = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(incoming.headers.authorization ?? "");
  const service = scope?.[1] ?? "unsigned";
  const target = incoming.headers["x-amz-target"];
  if (typeof target === "string") {
    const input = JSON.parse(body) as Record<string, string>;
    return { service, operation: target.split(".")[1] ?? "", query: url.searchParams, input };
  }
  if (incoming.method === "POST") {
    const input = Object.fromEntries(new URLSearchParams(body));
    return { service, operation: input["Action"] ?? "", query: url.searchParams, input };
  }
  return {
    service,
    operation: `${incoming.method} ${decodeURIComponent(url.pathname)}`,
    query: url.searchParams,
    input: {},
  };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of incoming.setEncoding("utf8")) body += chunk as string;
  return body;
}

function emptyAnswer({ service, operation }: AccountRequest): object | string {
  if (service === "elasticloadbalancing" || service === "iam") return xml(operation, "");
  if (service === "appsync") return operation.includes("/v2/") ? { apis: [] } : { graphqlApis: [] };
  if (service === "cognito-identity") return { IdentityPools: [] };
  return operation.includes("/v2/") ? { items: [] } : { item: [] };
}

/** The envelope of the query protocol. */
export function xml(operation: string, result: string): string {
  return `<${operation}Response><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></${operation}Response>`;
}

/** Nested elements of the query protocol; lists have `member` elements. */
export function elements(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => `<member>${elements(item)}</member>`).join("");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, part]) => `<${name}>${elements(part)}</${name}>`)
    .join("");
}
