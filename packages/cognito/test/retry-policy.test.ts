import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";

import { backoffMs, classifyFailure } from "../src/retry-policy.ts";
import { readVendorFailure } from "../src/vendor-failure.ts";

const kindOf = (error: object): string => classifyFailure(readVendorFailure(error));
const answered = (name: string, httpStatusCode: number, message = ""): object => ({
  name,
  message,
  $metadata: { httpStatusCode },
});

describe("classifyFailure", () => {
  it.each([
    ["throttled", answered("TooManyRequestsException", 400)],
    ["throttled", answered("ThrottlingException", 400)],
    ["throttled", answered("LimitExceededException", 400)],
    ["throttled", answered("Error", 429)],
    ["throttled", answered("NotAuthorizedException", 403, "Rate exceeded")],
    ["transient", answered("InternalErrorException", 500)],
    ["transient", answered("SyntaxError", 502)],
    ["transient", answered("SyntaxError", 200)],
    ["transient", { code: "ECONNRESET" }],
    ["transient", { code: "EPIPE" }],
    ["transient", { code: "EAI_AGAIN" }],
    ["transient", { name: "TimeoutError" }],
    ["transient", { name: "InvalidSignatureException", $metadata: { httpStatusCode: 400, clockSkewCorrected: true } }],
    ["final", answered("InvalidSignatureException", 400)],
    ["final", answered("InvalidParameterException", 400)],
    ["final", answered("SyntaxError", 403)],
    ["final", { code: "CERT_HAS_EXPIRED" }],
    ["final", { name: "CredentialsProviderError", cause: { code: "ECONNREFUSED" } }],
    ["final", { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }],
    ["operation-missing", answered("Unsupported", 500)],
    ["operation-missing", answered("UnknownOperationException", 400)],
    ["operation-missing", answered("InternalFailure", 501)],
    [
      "operation-missing",
      { ...answered("SyntaxError", 500), $response: { headers: { server: "Werkzeug/3.1.3 Python/3.12.0" } } },
    ],
  ])("says %s of %j", (kind, error) => {
    expect(kindOf(error)).toBe(kind);
  });
});

describe("backoffMs", () => {
  test.prop([fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 0.999, noNaN: true })])(
    "stays between half of the doubled time and the cap",
    (failures, random) => {
      const full = Math.min(10_000, 200 * 2 ** (failures - 1));
      const wait = backoffMs(failures, random, 200, 10_000);
      expect(wait).toBeGreaterThanOrEqual(Math.floor(full / 2));
      expect(wait).toBeLessThanOrEqual(full);
    },
  );
});
