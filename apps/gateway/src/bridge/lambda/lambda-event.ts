import type { HeaderList, RequestHead, WholeAnswer } from "../bridge-http.ts";

/** An event of API Gateway's payload format 2.0: HTTP APIs and function URLs. */
export interface HttpApiEvent {
  readonly version: "2.0";
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly requestContext: { readonly http: { readonly method: string; readonly sourceIp: string } };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

/** An event of an Application Load Balancer whose target group has multi-value headers switched on. */
export interface LoadBalancerEvent {
  readonly httpMethod: string;
  readonly path: string;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export type LambdaEvent = HttpApiEvent | LoadBalancerEvent;

/** What the function answers with. */
export interface LambdaResult {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly isBase64Encoded: true;
}

/** Whether the event is one that can be read. */
export function isLambdaEvent(event: unknown): event is LambdaEvent {
  if (typeof event !== "object" || event === null) return false;
  return (event as { readonly version?: unknown }).version === "2.0" || "multiValueHeaders" in event;
}

/** The beginning of the request that an event is about. */
export function headOfEvent(event: LambdaEvent): RequestHead {
  if ("version" in event) {
    const headers: HeaderList = Object.entries(event.headers).filter(([name]) => name !== "cookie");
    const cookies: HeaderList = event.cookies === undefined ? [] : [["cookie", event.cookies.join("; ")]];
    return {
      method: event.requestContext.http.method,
      target: withQuery(event.rawPath, event.rawQueryString),
      headers: [...headers, ...cookies],
      // API Gateway keeps X-Forwarded-For itself.
      clientAddress: headers.some(([name]) => name === "x-forwarded-for")
        ? undefined
        : event.requestContext.http.sourceIp,
    };
  }
  const headers: HeaderList = Object.entries(event.multiValueHeaders).flatMap(([name, values]) =>
    values.map((value) => [name, value] as const),
  );
  // A load balancer gives the parameters as they stand in the URL, still encoded.
  const query = Object.entries(event.multiValueQueryStringParameters ?? {}).flatMap(([name, values]) =>
    values.map((value) => `${name}=${value}`),
  );
  return {
    method: event.httpMethod,
    target: withQuery(event.path, query.join("&")),
    headers,
    clientAddress: undefined,
  };
}

function withQuery(path: string, query: string): string {
  return query === "" ? path : `${path}?${query}`;
}

/** The body of the request. */
export function bodyOfEvent({ body, isBase64Encoded }: LambdaEvent): Uint8Array {
  return Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
}

/** The answer in the form that the sender of the event takes. */
export function toLambdaResult(event: LambdaEvent, { status, headers, body }: WholeAnswer): LambdaResult {
  const encoded = { statusCode: status, body: Buffer.from(body).toString("base64"), isBase64Encoded: true } as const;
  const kept = headers.filter(([name]) => name.toLowerCase() !== "content-length");
  if (!("version" in event)) {
    const multiValueHeaders: Record<string, string[]> = {};
    for (const [name, value] of kept) (multiValueHeaders[name] ??= []).push(value);
    return { ...encoded, multiValueHeaders };
  }
  const cookies: string[] = [];
  const single: Record<string, string> = {};
  for (const [name, value] of kept) {
    const lower = name.toLowerCase();
    if (lower === "set-cookie") cookies.push(value);
    else single[lower] = single[lower] === undefined ? value : `${single[lower]}, ${value}`;
  }
  return { ...encoded, headers: single, ...(cookies.length === 0 ? {} : { cookies }) };
}
