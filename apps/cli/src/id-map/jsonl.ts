import type { IdMapFormat } from "./id-map-format.ts";

/** One JSON object a line for each user. */
export function jsonl(withContacts: boolean): IdMapFormat {
  return async function* (readPages) {
    for await (const page of readPages()) {
      yield page
        .map(({ userPoolId, username, sub, userId, email, phone }) => {
          const contacts = withContacts ? { email, phone } : {};
          return `${JSON.stringify({ userPoolId, username, sub, userId, ...contacts })}\n`;
        })
        .join("");
    }
  };
}
