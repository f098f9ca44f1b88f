/** What a guard looks at of a request, whatever the framework. */
export interface RequestView {
  /** The value of a header. Its name is in lower case. */
  readonly header: (name: string) => string | undefined;
  readonly method: string;
  /** Path and query as the client sent them. */
  readonly target: string;
  /** The object that stands for the request in the framework. Guards of one request know each other by it. */
  readonly identity: object;
}

/** A request of Node's HTTP server, and of the frameworks that add to it. */
export interface NodeRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The address before a router took off its own part. */
  readonly originalUrl?: string;
}

/** Looks at a request of Node's HTTP server. */
export function viewNodeRequest(request: NodeRequest): RequestView {
  return {
    header: (name) => {
      const value = request.headers[name];
      return typeof value === "string" ? value : value?.join(", ");
    },
    method: request.method ?? "",
    target: request.originalUrl ?? request.url ?? "/",
    identity: request,
  };
}

/** Looks at a request of the Fetch standard. */
export function viewFetchRequest(request: Request): RequestView {
  const { pathname, search } = new URL(request.url);
  return {
    header: (name) => request.headers.get(name) ?? undefined,
    method: request.method,
    target: pathname + search,
    identity: request,
  };
}
