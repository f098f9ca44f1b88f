/** `client_secret`, `private_key`, and whatever a later provider type may call its own; not `key_id` or `token_url`. */
const SECRET_NAME = /secret|private|password|passphrase|credential|api_?key|access_?token|refresh_?token/i;

/** A private key in PEM, whatever the detail is called. */
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** Provider details as Cognito gives them, without secrets. */
export function withoutSecrets(details: Readonly<Record<string, string>>): Record<string, string> {
  return splitSecrets(details).details;
}

/** Provider details as Cognito gives them, and their secrets apart. */
export function splitSecrets(all: Readonly<Record<string, string>>): {
  readonly details: Record<string, string>;
  readonly secrets: Record<string, string>;
} {
  const isSecret = ([name, value]: readonly [string, string]): boolean =>
    SECRET_NAME.test(name) || PRIVATE_KEY.test(value);
  const entries = Object.entries(all);
  return {
    details: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secrets: Object.fromEntries(entries.filter(isSecret)),
  };
}
