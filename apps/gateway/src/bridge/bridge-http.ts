/** Names and values in the order in which they came, with every repetition. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** The beginning of a request, as it came. */
export interface RequestHead {
  readonly method: string;
  /** Path and query, as they stand in the request line. */
  readonly target: string;
  readonly headers: HeaderList;
  /** Address of whoever is connected. */
  readonly clientAddress: string | undefined;
}

/** A request whose body is read. */
export interface WholeRequest extends RequestHead {
  readonly body: Uint8Array;
}

/** An answer whose body is read. Answers to call-backs are short: a redirect, or a page that says what is wrong. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

/** A request to another server. */
export interface OutgoingRequest {
  readonly method: string;
  /** `https://d111111abcdef8.cloudfront.net` */
  readonly origin: string;
  readonly target: string;
  /** What the server is asked by, in SNI and `Host`. @defaultValue the name in the origin */
  readonly host?: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

/** Sends a request, follows no redirect, and reads the answer. Throws `UpstreamFailure` when there is none. */
export type Exchange = (request: OutgoingRequest) => Promise<WholeAnswer>;

/** Why another server gave no answer. */
export class UpstreamFailure extends Error {
  /** 502, or 504 when it took too long. */
  readonly status: 502 | 504;

  constructor(status: 502 | 504, options?: ErrorOptions) {
    super(status === 504 ? "the server took too long" : "the server did not answer", options);
    this.name = "UpstreamFailure";
    this.status = status;
  }
}

/** Every value of a header, in order. */
export function headerValues(headers: HeaderList, name: string): readonly string[] {
  return headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
}

/** The value of a header that is there once; undefined otherwise. */
export function onlyHeader(headers: HeaderList, name: string): string | undefined {
  const values = headerValues(headers, name);
  return values.length === 1 ? values[0] : undefined;
}
