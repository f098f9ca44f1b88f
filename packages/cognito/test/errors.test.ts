import { fc, test } from "@fast-check/vitest";
import { MigrationError } from "@cognito-to-descope/core";
import { describe, expect, it } from "vitest";

import { toMigrationError } from "../src/errors.ts";
import type { CallContext } from "../src/errors.ts";
import { readVendorFailure } from "../src/vendor-failure.ts";

const context: CallContext = {
  operation: "ListUsers",
  userPoolId: "us-east-1_AbCdEf123",
  region: "us-east-1",
  host: "cognito-idp.us-east-1.amazonaws.com",
  hasToken: false,
};

/** An error as the AWS SDK throws it. */
function sdkError(name: string, message: string, rest: object = {}): Error {
  return Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode: 400, requestId: "0a1b-2c3d" },
    ...rest,
  });
}

const translate = (thrown: unknown, more: Partial<CallContext> = {}): MigrationError =>
  toMigrationError(readVendorFailure(thrown), { ...context, ...more });

describe("toMigrationError", () => {
  it.each([
    ["UnrecognizedClientException", "ERR_SOURCE_UNAUTHORIZED"],
    ["InvalidSignatureException", "ERR_SOURCE_UNAUTHORIZED"],
    ["ExpiredTokenException", "ERR_SOURCE_UNAUTHORIZED"],
    ["ExpiredToken", "ERR_SOURCE_UNAUTHORIZED"],
    ["MissingAuthenticationTokenException", "ERR_SOURCE_UNAUTHORIZED"],
    ["CredentialsProviderError", "ERR_SOURCE_UNAUTHORIZED"],
    ["AccessDeniedException", "ERR_SOURCE_PERMISSION_MISSING"],
    ["NotAuthorizedException", "ERR_SOURCE_PERMISSION_MISSING"],
    ["ResourceNotFoundException", "ERR_SOURCE_POOL_NOT_FOUND"],
    ["InvalidParameterException", "ERR_SOURCE_UNEXPECTED"],
    ["ForbiddenException", "ERR_SOURCE_UNEXPECTED"],
    ["OperationNotEnabledException", "ERR_SOURCE_UNEXPECTED"],
    ["SomethingNewException", "ERR_SOURCE_UNEXPECTED"],
  ])("turns %s into %s and keeps the vendor's code", (name, code) => {
    expect(translate(sdkError(name, "text"))).toMatchObject({ code, vendorCode: name });
  });

  it("takes a refused page token for an expired one only when one was sent", () => {
    const refused = sdkError("InvalidParameterException", "Paging Marker is Invalid for Request");
    expect(translate(refused, { hasToken: true }).code).toBe("ERR_SOURCE_TOKEN_EXPIRED");
    expect(translate(refused).code).toBe("ERR_SOURCE_UNEXPECTED");
    expect(translate(sdkError("InvalidToken", ""), { hasToken: true }).code).toBe("ERR_SOURCE_TOKEN_EXPIRED");
  });

  it("does not take expired credentials for an expired page token", () => {
    const expired = sdkError("ExpiredTokenException", "The security token included in the request is expired");
    expect(translate(expired, { hasToken: true }).code).toBe("ERR_SOURCE_UNAUTHORIZED");
  });

  it("names the action that IAM names, which is another when a role cannot be assumed", () => {
    const denied = sdkError(
      "AccessDenied",
      "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::210987654321:role/reader",
    );
    const error = translate(denied);
    expect(error.code).toBe("ERR_SOURCE_PERMISSION_MISSING");
    expect(error.message).toBe("the credentials lack the permission sts:AssumeRole");
    expect(`${error.message} ${error.suggestion}`).not.toMatch(/\d{12}|alice|reader/);
  });

  it("names the host that was not found", () => {
    const missing = Object.assign(new Error("getaddrinfo ENOTFOUND sts.us-east-1.amazonaws.com"), {
      code: "ENOTFOUND",
      hostname: "sts.us-east-1.amazonaws.com",
    });
    expect(translate(missing).message).toBe("sts.us-east-1.amazonaws.com cannot be reached (ENOTFOUND)");
  });

  it("finds the network's code in an error of several addresses", () => {
    const refused = Object.assign(new Error(""), { code: "ECONNREFUSED" });
    expect(translate(new AggregateError([refused], ""))).toMatchObject({
      code: "ERR_SOURCE_UNREACHABLE",
      vendorCode: "ECONNREFUSED",
    });
  });

  it("explains a certificate that is not trusted", () => {
    const untrusted = Object.assign(new Error("self-signed certificate"), { code: "SELF_SIGNED_CERT_IN_CHAIN" });
    expect(translate(untrusted).suggestion).toContain("NODE_EXTRA_CA_CERTS");
  });

  it("keeps the cause of a defect on this side", () => {
    const defect = new TypeError("undefined is not a function");
    expect(translate(defect)).toMatchObject({ code: "ERR_SOURCE_UNEXPECTED", cause: defect });
  });

  it("gives AWS's request ID where only AWS can tell more", () => {
    expect(translate(sdkError("SomethingNewException", "text")).message).toBe(
      "ListUsers failed with SomethingNewException (request 0a1b-2c3d)",
    );
  });

  const canary = fc.string({ minLength: 6, maxLength: 20 }).map((text) => `canary<${text}>`);
  const names = fc.constantFrom(
    "AccessDeniedException",
    "InvalidParameterException",
    "SyntaxError",
    "ResourceNotFoundException",
    "Error",
    "ExpiredToken",
  );

  test.prop([names, canary, fc.constantFrom(0, 200, 400, 403, 500), fc.boolean()])(
    "never shows a vendor's text, whatever it is",
    (name, text, status, hasToken) => {
      const error = translate(
        Object.assign(new Error(text), { name, $metadata: { httpStatusCode: status, requestId: text } }),
        { hasToken },
      );
      expect(error).toBeInstanceOf(MigrationError);
      expect(`${error.message} ${error.suggestion} ${error.vendorCode}`).not.toContain("canary");
      expect(error.message).not.toContain("\n");
      expect(error.message).not.toMatch(/\.$/);
    },
  );

  test.prop([canary])("never shows a vendor's code that is no code", (text) => {
    const error = translate(sdkError(text, "text"));
    expect(`${error.message} ${error.vendorCode}`).not.toContain("canary");
  });

  test.prop([fc.anything()])("translates whatever is thrown", (thrown) => {
    expect(translate(thrown)).toBeInstanceOf(MigrationError);
  });
});
