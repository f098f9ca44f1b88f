/** What one operation of the API is, and what it gets to work with. */

import type { WireReply, WireRequest } from "../wire/service.ts";
import type { JsonObject } from "./json-fields.ts";
import type { ProjectState } from "./project-state.ts";

/** One authorized request. */
export interface Call {
  readonly project: ProjectState;
  /** The request's body; empty when there is none. */
  readonly body: JsonObject;
  /** The body as it came, for the few requests whose body is not an object. */
  readonly rawBody: unknown;
  readonly query: URLSearchParams;
  readonly request: WireRequest;
  /** What follows the project ID in the authorization header, where that is not the management key. */
  readonly token: string | undefined;
  /** Where this service is reached, without a slash at the end. */
  readonly baseUrl: string;
  /** Values of the path's variable parts. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** JSON that is written already. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An answer that is not 200 with JSON. */
export class DirectReply {
  readonly reply: WireReply;

  constructor(reply: WireReply) {
    this.reply = reply;
  }
}

/** What an operation gives: a JSON value, written JSON, or a whole answer. */
export type OperationResult = JsonText | DirectReply | object;

/** One operation. */
export interface Operation {
  /** Method and path, with variable parts as `{name}`: `POST /v1/mgmt/user/create`. */
  readonly name: string;
  /** Who may call: holders of the management key, anybody who names the project, or anybody. */
  readonly access: "management" | "project" | "public";
  /** Fields that the body may have; needed only to refuse others. Any field when left out. */
  readonly fields?: readonly string[];
  /** What of the real operation is not done here; absent when all that is documented is. */
  readonly partly?: string;
  readonly run: (call: Call) => OperationResult | Promise<OperationResult>;
}

/** The answer of operations that answer nothing. */
export const nothing: object = Object.freeze({});
