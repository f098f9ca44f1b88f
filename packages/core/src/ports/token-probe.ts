import type { AbortableOptions } from "./user-pool-source.ts";

/** Asks a token endpoint, as a client does. */
export interface TokenProbe {
  /** Sends a form. `body` is undefined when no JSON comes back; `status` is 0 when nothing answered. */
  postForm(
    url: string,
    fields: Readonly<Record<string, string>>,
    options?: AbortableOptions,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
}
