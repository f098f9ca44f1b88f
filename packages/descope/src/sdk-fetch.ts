import type { Answer } from "./judge-attempt.ts";

/**
 * An answer in the form in which the SDK takes it from a fetch.
 *
 * The SDK reads the text and puts a `json` of its own over the response's. The body is parsed already, so `json` here
 * stays what it is whatever is assigned to it, and each answer is parsed once.
 */
export class SdkResponse {
  readonly status: number;
  readonly statusText: string = "";
  readonly ok: boolean;
  readonly headers: Headers;
  readonly url: string;
  text: () => Promise<string>;
  clone: () => unknown;
  readonly #body: object;

  constructor(answer: Answer, url: string) {
    this.status = answer.status;
    this.ok = answer.ok;
    this.headers = answer.headers;
    this.url = url;
    this.#body = answer.body;
    this.text = (): Promise<string> => Promise.resolve(answer.text);
    this.clone = (): SdkResponse => this;
  }

  get json(): () => Promise<object> {
    return () => Promise.resolve(this.#body);
  }

  set json(_replacement: unknown) {}
}

/** The arguments with which the SDK calls its fetch. */
export interface SdkRequestInit {
  readonly method: string;
  readonly headers: Headers | Record<string, string>;
  readonly body?: string;
}
