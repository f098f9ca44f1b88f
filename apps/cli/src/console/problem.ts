import { MigrationError } from "@cognito-to-descope/core";
import { CONSOLE_PROBLEMS, type ConsoleProblemCode, type Problem } from "@cognito-to-descope/console/contract";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** The console refuses a request. Thrown by routes, and answered as a problem document. */
export class ConsoleRefusal extends Error {
  readonly code: ConsoleProblemCode;
  readonly suggestion: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ConsoleProblemCode,
    details: { readonly suggestion?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(CONSOLE_PROBLEMS[code][1]);
    this.name = "ConsoleRefusal";
    this.code = code;
    this.suggestion = details.suggestion;
    this.headers = details.headers ?? {};
  }
}

/** Answers with a problem document. */
export function answerProblem(c: Context, error: unknown): Response {
  const problem = describeProblem(error);
  const headers = error instanceof ConsoleRefusal ? error.headers : {};
  return c.body(JSON.stringify(problem), problem.status as ContentfulStatusCode, {
    "content-type": "application/problem+json",
    ...headers,
  });
}

/** An error as a problem document. Of what nobody threw on purpose nothing is told: nobody knows what is in it. */
export function describeProblem(error: unknown): Problem {
  if (error instanceof ConsoleRefusal) {
    const { code, message, suggestion } = error;
    return toProblem(code, message, CONSOLE_PROBLEMS[code][0], suggestion);
  }
  if (error instanceof MigrationError) {
    return toProblem(error.code, error.message, statusOf(error), error.suggestion);
  }
  // What the validator throws at a body that is no JSON.
  if (error instanceof HTTPException && error.status === 400) {
    const [status, title] = CONSOLE_PROBLEMS["invalid-request"];
    return toProblem("invalid-request", title, status, undefined);
  }
  const [status, title] = CONSOLE_PROBLEMS.internal;
  return toProblem("internal", title, status, "start c2d console with --debug, and report what it prints");
}

function toProblem(code: string, title: string, status: number, suggestion: string | undefined): Problem {
  return {
    type: `urn:cognito-to-descope:problem:${code}`,
    title,
    status,
    code,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** What a later try may mend, what the operator has to, and what is a defect. */
function statusOf({ recovery, code }: MigrationError): number {
  if (code === "ERR_USAGE") return 400;
  if (recovery === "retry") return 503;
  return recovery === "operator" ? 409 : 500;
}
