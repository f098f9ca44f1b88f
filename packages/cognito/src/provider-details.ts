/** `client_secret`, `private_key`, and whatever a later provider type may call its own; not `key_id` or `token_url`. */
const SECRET_NAME = /secret|private|password|passphrase|credential|api_?key|access_?token|refresh_?token/i;

/** A private key in PEM, whatever the detail is called. */
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** Provider details as Cognito gives them, without secrets. */
export function withoutSecrets(details: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(details).filter(([name, value]) => !SECRET_NAME.test(name) && !PRIVATE_KEY.test(value)),
  );
}
