import type { AbortableOptions } from "./user-pool-source.ts";

/** One address that was asked on the way, and how it answered. */
export interface ProbeStop {
  readonly url: string;
  /** 0 when nothing answered. */
  readonly status: number;
}

/** Asks OpenID endpoints what they answer to a browser, without signing anybody in. */
export interface OidcProbe {
  /** A JSON document. `body` is undefined when it is none; `status` is 0 when nothing answered. */
  readDocument(url: string, options?: AbortableOptions): Promise<{ readonly status: number; readonly body: unknown }>;
  /**
   * Follows redirects until a page, an error, or an address that begins with `stopAt`, which is not asked.
   *
   * @returns Every stop in order; never empty.
   */
  follow(url: string, stopAt: string, options?: AbortableOptions): Promise<readonly ProbeStop[]>;
}
