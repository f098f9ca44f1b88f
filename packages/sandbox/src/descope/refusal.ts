/** How the Descope half refuses: an HTTP status with Descope's error envelope. */

import type { WireReply } from "../wire/service.ts";

/** A refusal of a request. Thrown by operations and turned into an answer in one place. */
export class Refusal extends Error {
  readonly status: number;
  /** Descope's code, as in `E011002`. */
  readonly code: string;
  /** What the code means in general; the message says what is wrong in particular. */
  readonly description: string;

  constructor(status: number, code: string, description: string, message: string) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    this.description = description;
  }
}

/** The body cannot be read: not JSON, or a field has the wrong type. */
export function malformed(message: string): Refusal {
  return new Refusal(400, "E011001", "Request is malformed", message);
}

/** A needed argument is absent. The description is the one that a published answer of the service shows. */
export function missing(message: string): Refusal {
  return new Refusal(400, "E011002", "Request is missing required arguments", message);
}

/** A value breaks a rule for its field. */
export function invalid(message: string): Refusal {
  return new Refusal(400, "E011003", "Request is invalid", message);
}

/** Arguments that are right one by one contradict each other or the project's state. */
export function conflicting(message: string): Refusal {
  return new Refusal(400, "E011004", "Invalid arguments", message);
}

/** No such user, as the management side says it. */
export function userNotFound(): Refusal {
  return new Refusal(404, "E112102", "User not found", "User not found");
}

/** A login ID belongs to another user. */
export function userExists(): Refusal {
  return new Refusal(400, "E062107", "User already exists", "User already exists");
}

/** The credential of a sign-in is wrong. One answer for a wrong password and for an unknown user. */
export function wrongCredentials(): Refusal {
  return new Refusal(401, "E062108", "Sign-in failed", "Invalid signin credentials");
}

/** The authorization header does not let the caller in. */
export function unauthorized(message: string, code = "E061004"): Refusal {
  return new Refusal(401, code, "Unauthorized", message);
}

/** The answer to a refused request. */
export function refusalReply(refusal: Refusal): WireReply {
  return errorReply(refusal.status, refusal.code, refusal.description, refusal.message);
}

/** An answer in Descope's error envelope. */
export function errorReply(
  status: number,
  errorCode: string,
  errorDescription: string,
  errorMessage: string,
  headers: Readonly<Record<string, string>> = {},
): WireReply {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ errorCode, errorDescription, errorMessage, message: errorMessage }),
  };
}

/** The refusal of what the project's licence does not include. */
export function notLicensed(): Refusal {
  return new Refusal(403, "E011007", "Not allowed", "The licence of the project does not include this");
}
