/** Errors as Cognito's JSON 1.1 protocol carries them: HTTP 400 with the code in the body and in a header. */

import type { WireReply } from "../wire/service.ts";

/** An answer that is an error. Thrown by operations, answered by the service. */
export class AwsError extends Error {
  /** `ResourceNotFoundException`, … */
  readonly code: string;
  /** HTTP status; Cognito's are 400 but for its own failures. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = "AwsError";
    this.code = code;
    this.status = status;
  }

  /** The error on the wire. */
  toReply(requestId: string): WireReply {
    return {
      status: this.status,
      headers: {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
        "content-type": "application/x-amz-json-1.1",
        "x-amzn-requestid": requestId,
        "x-amzn-errortype": `${this.code}:`,
        // Header values are Latin-1 without line breaks; the body has the exact text.
        "x-amzn-errormessage": this.message.replace(/[^\x20-\x7e]/g, "?"),
      },
      body: JSON.stringify({ __type: this.code, message: this.message }),
    };
  }
}

/** `ResourceNotFoundException` */
export function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message);
}

/** `InvalidParameterException` */
export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

/** `NotAuthorizedException` */
export function notAuthorized(message: string): AwsError {
  return new AwsError("NotAuthorizedException", message);
}
