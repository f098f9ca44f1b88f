import { Buffer } from "node:buffer";
import { z } from "zod";
import { repeatsMembers } from "./repeated-members.ts";

/** How name and password were written. */
export type CredentialEncoding = "plain" | "base64" | "percent";

/** What a request asks. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly userPoolId?: string | undefined;
  /** Whether the login ID is to be in the answer. */
  readonly withLoginId: boolean;
  /** Of the password. */
  readonly encoding: CredentialEncoding;
  /** Members that the route does not know. They are ignored. */
  readonly unknownFields: number;
}

const member = z.string().optional();

const body = z.object({
  username: member,
  usernameBase64: member,
  usernamePercent: member,
  password: member,
  passwordBase64: member,
  passwordPercent: member,
  userPoolId: z.string().min(1).max(55).optional(),
  withLoginId: z.boolean().optional(),
});

/** Malformed UTF-8 is refused, and a byte order mark is part of the text. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads the body of a request; undefined when it is not one. */
export function readCredentials(text: string): Credentials | undefined {
  const value = parse(text);
  const parsed = body.safeParse(value);
  if (!parsed.success || repeatsMembers(text)) return undefined;
  const { username, usernameBase64, usernamePercent, userPoolId, withLoginId = false } = parsed.data;
  const { password, passwordBase64, passwordPercent } = parsed.data;
  const name = written(username, usernameBase64, usernamePercent);
  const secret = written(password, passwordBase64, passwordPercent);
  if (name === undefined || secret === undefined) return undefined;
  return {
    username: name.text,
    password: secret.text,
    userPoolId,
    withLoginId,
    encoding: secret.encoding,
    unknownFields: Object.keys(value as object).filter((key) => !Object.hasOwn(body.shape, key)).length,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A text that is given in exactly one of the three ways. */
function written(
  plain: string | undefined,
  base64: string | undefined,
  percent: string | undefined,
): { readonly text: string; readonly encoding: CredentialEncoding } | undefined {
  if ([plain, base64, percent].filter((one) => one !== undefined).length !== 1) return undefined;
  if (plain !== undefined) return { text: plain, encoding: "plain" };
  try {
    if (percent !== undefined) return { text: decodeURIComponent(percent), encoding: "percent" };
    return { text: fromBase64(base64 ?? ""), encoding: "base64" };
  } catch {
    return undefined;
  }
}

/** Both alphabets, with padding or without. */
function fromBase64(text: string): string {
  const unpadded = text.replace(/={1,2}$/, "");
  if (!/^[\w+/-]*$/.test(unpadded) || unpadded.length % 4 === 1) throw new TypeError("not base64");
  return utf8.decode(Buffer.from(unpadded.replaceAll("-", "+").replaceAll("_", "/"), "base64"));
}
