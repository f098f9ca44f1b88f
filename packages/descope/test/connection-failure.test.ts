import { describe, expect, it } from "vitest";
import { classifyConnectionFailure } from "../src/connection-failure.ts";

/** As `fetch` throws: a bare error whose cause says what happened. */
function fetchFailed(cause: object): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("words"), cause) });
}

describe("classifyConnectionFailure", () => {
  it.each(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"])(
    "knows that nothing was sent after %s, and that it may pass",
    (code) => {
      expect(classifyConnectionFailure(fetchFailed({ code }))).toEqual({ reason: code, sent: false, permanent: false });
    },
  );

  it("knows that nothing was sent when connecting itself failed", () => {
    const timedOut = fetchFailed({ code: "ETIMEDOUT", syscall: "connect" });
    expect(classifyConnectionFailure(timedOut)).toMatchObject({ sent: false });
    expect(classifyConnectionFailure(fetchFailed({ code: "ETIMEDOUT", syscall: "read" }))).toMatchObject({
      sent: true,
    });
  });

  it("reads the error of a host with several addresses", () => {
    const cause = Object.assign(new AggregateError([Object.assign(new Error("a"), { code: "ECONNREFUSED" })]), {});
    expect(classifyConnectionFailure(new TypeError("fetch failed", { cause }))).toMatchObject({
      reason: "ECONNREFUSED",
      sent: false,
    });
  });

  it.each([
    "CERT_HAS_EXPIRED",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "ERR_SSL_WRONG_VERSION_NUMBER",
  ])("takes %s for final", (code) => {
    expect(classifyConnectionFailure(fetchFailed({ code }))).toEqual({ reason: code, sent: false, permanent: true });
  });

  it.each([
    fetchFailed({ code: "ECONNRESET", syscall: "read" }),
    fetchFailed({ code: "EPIPE" }),
    fetchFailed({ code: "UND_ERR_SOCKET" }),
    fetchFailed({ code: "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC" }),
    fetchFailed({ code: "EPROTO" }),
    new DOMException("late", "TimeoutError"),
    new TypeError("terminated"),
    new Error("something new"),
    "no error at all",
    undefined,
  ])("counts as sent what it cannot rule out (%s)", (error) => {
    expect(classifyConnectionFailure(error)).toMatchObject({ sent: true, permanent: false });
  });
});
