import type { ExchangeAnswer } from "./exchange.ts";

/** A refusal in Cognito's words. The text is for recognising a meaning, never for showing. */
export interface VendorRefusal {
  readonly code: string;
  readonly message: string;
}

/** A code as AWS spells them; whatever else stands in its place is none. */
const PLAIN_CODE = /^[A-Za-z][A-Za-z0-9]{0,79}$/;

/** The refusal that an answer holds; undefined when it holds none. */
export function refusalOf(answer: ExchangeAnswer & { readonly kind: "answer" }): VendorRefusal | undefined {
  const body = answer.body as Readonly<Record<string, unknown>>;
  const type = body["__type"];
  if (answer.status < 400 && type === undefined) return undefined;
  // With its namespace before a number sign, in some answers, and a URL after a colon, in others.
  const code = typeof type === "string" ? (type.slice(type.lastIndexOf("#") + 1).split(":")[0] ?? "") : "";
  const message = body["message"] ?? body["Message"];
  if (!PLAIN_CODE.test(code)) {
    return { code: answer.status >= 500 ? "InternalErrorException" : "", message: "" };
  }
  return { code, message: typeof message === "string" ? message : "" };
}
