import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { usageError } from "../errors.ts";

/** What a detached signature is called: the signed file's name with this at its end. */
export const SIGNATURE_SUFFIX = ".sig";

/**
 * Reads the Ed25519 private key that reports are signed with.
 *
 * @throws MigrationError `ERR_USAGE` when it is none, or cannot be read.
 */
export function readSigningKey(path: string, cwd: string): KeyObject {
  return readKey(path, cwd, "private", createPrivateKey);
}

/**
 * Reads the Ed25519 public key that signatures are checked with.
 *
 * @throws MigrationError `ERR_USAGE` when it is none, or cannot be read.
 */
export function readPublicKey(path: string, cwd: string): KeyObject {
  return readKey(path, cwd, "public", createPublicKey);
}

/** Signs bytes: 64 bytes of Ed25519, as `openssl pkeyutl -verify -rawin` takes them. */
export function signBytes(bytes: Uint8Array, key: KeyObject): Uint8Array {
  return sign(undefined, bytes, key);
}

/** Whether a signature is that of these bytes. */
export function isSignatureOf(bytes: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  return verify(undefined, bytes, key, signature);
}

function readKey(path: string, cwd: string, what: string, parse: (pem: string) => KeyObject): KeyObject {
  const advice = "make a pair with `openssl genpkey -algorithm ed25519`";
  let key: KeyObject;
  try {
    key = parse(readFileSync(resolve(cwd, path), "utf8"));
  } catch {
    // What the parser says may hold parts of the key.
    throw usageError(`the ${what} key cannot be read as PEM`, advice);
  }
  if (key.asymmetricKeyType !== "ed25519") throw usageError(`the ${what} key is not of Ed25519`, advice);
  return key;
}
