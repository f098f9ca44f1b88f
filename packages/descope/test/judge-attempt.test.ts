import { MigrationError } from "@cognito-to-descope/core";
import { describe, expect, it } from "vitest";
import type { Attempt } from "../src/attempt.ts";
import { endpointOf } from "../src/endpoints.ts";
import { judgeAttempt } from "../src/judge-attempt.ts";
import type { Verdict } from "../src/judge-attempt.ts";

const create = endpointOf("POST", "/v1/mgmt/user/create/batch");
const patch = endpointOf("PATCH", "/v1/mgmt/user/patch/batch");
const read = endpointOf("POST", "/v2/mgmt/user/search");

function answered(status: number, text: string, headers: Record<string, string> = {}): Attempt {
  return { kind: "answered", status, text, headers: new Headers(headers) };
}

const lostConnection: Attempt = {
  kind: "failed",
  reason: "ECONNRESET",
  sent: true,
  permanent: false,
  cause: new Error("reset"),
};
const refusedConnection: Attempt = {
  kind: "failed",
  reason: "ECONNREFUSED",
  sent: false,
  permanent: false,
  cause: new Error("refused"),
};
const html = "<html><body>Bad Gateway</body></html>";

function errorOf(verdict: Verdict): unknown {
  if (verdict.kind === "fail") return verdict.error;
  return verdict.kind === "retry" ? verdict.error(3) : undefined;
}

/** The verdict's kind and the code of its error. */
function outcomeOf(verdict: Verdict): string {
  const error = errorOf(verdict);
  return `${verdict.kind} ${error instanceof MigrationError ? error.code : String(error)}`;
}

describe("judgeAttempt", () => {
  it.each([200, 201, 204])("takes JSON with status %i as an answer", (status) => {
    const verdict = judgeAttempt(answered(status, `{"a":1}`), create, 0);
    expect(verdict).toMatchObject({ kind: "answer", answer: { ok: true, status, body: { a: 1 } } });
  });

  it.each([`{"errorCode":"E130429"}`, html, ""])(
    "takes 429 with the body %j as not executed, for writes too",
    (text) => {
      expect(judgeAttempt(answered(429, text), create, 0)).toEqual({ kind: "throttled", retryAfterMs: undefined });
      expect(judgeAttempt(answered(429, text, { "retry-after": "9" }), create, 0)).toEqual({
        kind: "throttled",
        retryAfterMs: 9000,
      });
    },
  );

  it.each([408, 500, 502, 503, 504, 520, 521, 522, 524, 530])(
    "never repeats a creating write after status %i",
    (status) => {
      for (const text of ["{}", html, ""])
        expect(outcomeOf(judgeAttempt(answered(status, text), create, 0))).toBe("fail ERR_TARGET_ANSWER_LOST");
    },
  );

  it.each([408, 500, 502, 503, 504, 520, 521, 522, 524, 530])("repeats reads and patches after status %i", (status) => {
    for (const endpoint of [read, patch]) {
      expect(outcomeOf(judgeAttempt(answered(status, html), endpoint, 0))).toBe("retry ERR_TARGET_UNREACHABLE");
    }
  });

  it("keeps the vendor's code of a server error, so that a duplicate can be told", () => {
    const verdict = judgeAttempt(
      answered(500, `{"errorCode":"E024209"}`),
      endpointOf("POST", "/v1/mgmt/role/create"),
      0,
    );
    expect(errorOf(verdict)).toMatchObject({ code: "ERR_TARGET_ANSWER_LOST", vendorCode: "E024209", status: 500 });
  });

  it("treats a lost connection as a lost answer for creating writes, and as worth a retry otherwise", () => {
    expect(outcomeOf(judgeAttempt(lostConnection, create, 0))).toBe("fail ERR_TARGET_ANSWER_LOST");
    expect(outcomeOf(judgeAttempt(lostConnection, read, 0))).toBe("retry ERR_TARGET_UNREACHABLE");
    expect(outcomeOf(judgeAttempt(lostConnection, patch, 0))).toBe("retry ERR_TARGET_UNREACHABLE");
  });

  it("sends the operator of a lost answer back to the same command, which does the looking up", () => {
    expect(errorOf(judgeAttempt(lostConnection, create, 0))).toMatchObject({
      suggestion: expect.stringMatching(/^Run the same command again/) as string,
    });
  });

  it("repeats any request that was never sent", () => {
    expect(outcomeOf(judgeAttempt(refusedConnection, create, 0))).toBe("retry ERR_TARGET_UNREACHABLE");
  });

  it("gives up at once on what will fail again", () => {
    const certificate: Attempt = {
      kind: "failed",
      reason: "CERT_HAS_EXPIRED",
      sent: false,
      permanent: true,
      cause: new Error("expired"),
    };
    expect(outcomeOf(judgeAttempt(certificate, read, 0))).toBe("fail ERR_TARGET_UNREACHABLE");
  });

  it("gives the signal's reason for an abort, but calls a creating write that was under way lost", () => {
    const cause = new Error("stop");
    expect(errorOf(judgeAttempt({ kind: "aborted", sent: true, cause }, read, 0))).toBe(cause);
    expect(errorOf(judgeAttempt({ kind: "aborted", sent: false, cause }, create, 0))).toBe(cause);
    expect(outcomeOf(judgeAttempt({ kind: "aborted", sent: true, cause }, create, 0))).toBe(
      "fail ERR_TARGET_ANSWER_LOST",
    );
  });

  it.each([`{"users":[{"login`, "", html, `"text"`, "12"])(
    "calls a creating write whose success cannot be read (%j) lost",
    (text) => {
      expect(outcomeOf(judgeAttempt(answered(200, text), create, 0))).toBe("fail ERR_TARGET_ANSWER_LOST");
    },
  );

  it("asks again for a read whose answer breaks off, and not for one that is a web page", () => {
    expect(outcomeOf(judgeAttempt(answered(200, `{"users":[{"login`), read, 0))).toBe("retry ERR_TARGET_NOT_JSON");
    expect(outcomeOf(judgeAttempt(answered(200, html), read, 0))).toBe("fail ERR_TARGET_NOT_JSON");
  });

  it("takes an empty success of a write that may be repeated", () => {
    expect(judgeAttempt(answered(200, ""), patch, 0)).toMatchObject({ kind: "answer", answer: { ok: true, body: {} } });
  });

  it("passes refusals on as answers", () => {
    for (const status of [400, 401, 403, 404, 409, 413, 422]) {
      const verdict = judgeAttempt(answered(status, `{"errorCode":"E011003"}`), create, 0);
      expect(verdict).toMatchObject({ kind: "answer", answer: { ok: false, status } });
    }
  });

  it.each([301, 302, 307, 400, 404, 409])("calls status %i without JSON an answer from elsewhere", (status) => {
    for (const text of [html, "404 page not found", ""]) {
      expect(outcomeOf(judgeAttempt(answered(status, text), create, 0))).toBe("fail ERR_TARGET_NOT_JSON");
    }
  });

  it("believes a bare 401, 403 or 413 by its status", () => {
    for (const status of [401, 403, 413]) {
      expect(judgeAttempt(answered(status, ""), create, 0)).toMatchObject({
        kind: "answer",
        answer: { ok: false, status, body: {} },
      });
    }
    expect(outcomeOf(judgeAttempt(answered(403, html), create, 0))).toBe("fail ERR_TARGET_NOT_JSON");
  });

  it.each([400, 404, 409])("asks again, or looks up, when a refusal with status %i breaks off", (status) => {
    const cut = `{"errorCode":"E0112`;
    expect(outcomeOf(judgeAttempt(answered(status, cut), read, 0))).toBe("retry ERR_TARGET_NOT_JSON");
    expect(outcomeOf(judgeAttempt(answered(status, cut), patch, 0))).toBe("retry ERR_TARGET_NOT_JSON");
    expect(outcomeOf(judgeAttempt(answered(status, cut), create, 0))).toBe("fail ERR_TARGET_ANSWER_LOST");
  });
});
