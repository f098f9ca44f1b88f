import { AsyncLocalStorage } from "node:async_hooks";
import descopeSdk from "@descope/node-sdk";
import type { AbortableOptions } from "@cognito-to-descope/core";
import { translateFailure, vendorCodeOf } from "./errors.ts";
import type { Answer } from "./judge-attempt.ts";
import type { ResolvedOptions } from "./options.ts";
import { SdkResponse } from "./sdk-fetch.ts";
import type { SdkRequestInit } from "./sdk-fetch.ts";
import { createTransport } from "./transport.ts";

/** The official SDK, bound to one project. */
export type DescopeSdk = ReturnType<typeof descopeSdk>;

/** What the SDK's calls give. */
interface SdkResult<T> {
  readonly ok: boolean;
  readonly code?: number;
  readonly data?: T;
  readonly error?: unknown;
}

/** Calls a project's management API: through the SDK where it wraps the call, and directly where it does not. */
export interface ManagementClient {
  readonly options: ResolvedOptions;
  /**
   * Runs a call of the SDK and gives its data.
   *
   * @param operation - Method and path of the call, for the error.
   * @throws MigrationError also when the project refuses.
   */
  call<T>(operation: string, call: (sdk: DescopeSdk) => Promise<SdkResult<T>>, options?: AbortableOptions): Promise<T>;
  /** Runs anything that calls the SDK, and leaves its answer alone. */
  run<T>(work: (sdk: DescopeSdk) => Promise<T>, options?: AbortableOptions): Promise<T>;
  /** Sends a request that the SDK does not wrap, with the management key. A refusal is an answer. */
  ask(method: string, path: string, body: object | undefined, options?: AskOptions): Promise<Answer>;
}

/** How a request is sent that the SDK does not wrap. */
export interface AskOptions extends AbortableOptions {
  /** What stands in the query. Kept apart from the path, which is shown in errors. */
  readonly query?: Readonly<Record<string, string>> | undefined;
}

const LICENSE_PATH = "/v1/mgmt/license";

/** How long the first call waits for the licence tier. Without it the project applies the limits of its default tier. */
const LICENSE_WAIT_MS = 3000;

/**
 * Makes the client. Nothing is sent before the first call.
 *
 * The SDK asks for the licence tier as soon as it is made, and sends it along with every later request. The first call
 * waits for that, for a bounded time: so no request goes out without the tier, and nothing is left running when the
 * first call returns.
 */
export function createManagementClient(options: ResolvedOptions): ManagementClient {
  const transport = createTransport(options);
  const signals = new AsyncLocalStorage<AbortSignal | undefined>();
  let tier: string | undefined;
  let licensed: Promise<void> = Promise.resolve();
  let sdk: DescopeSdk | undefined;

  async function sdkFetch(url: string, init: SdkRequestInit): Promise<SdkResponse> {
    const path = pathOf(url);
    const request = { url, method: init.method, headers: init.headers, body: init.body };
    if (path !== LICENSE_PATH) return new SdkResponse(await transport.exchange(request, path, signals.getStore()), url);
    const asked = transport.exchangeOnce(request, path, Math.min(LICENSE_WAIT_MS, options.requestTimeoutMs));
    // What becomes of it is the SDK's business, which takes a failure in silence; here it only has to be over.
    licensed = asked.then(
      ({ body }) => {
        const { rateLimitTier } = body as { rateLimitTier?: unknown };
        if (typeof rateLimitTier === "string" && /^[\w-]{1,40}$/.test(rateLimitTier)) tier = rateLimitTier;
      },
      () => undefined,
    );
    return new SdkResponse(await asked, url);
  }

  /** The endpoint's path: base URLs may have a path of their own, the SDK's URLs have it too. */
  function pathOf(url: string): string {
    const { pathname } = new URL(url);
    const start = pathname.search(/\/v\d+\//);
    return start < 0 ? pathname : pathname.slice(start);
  }

  async function ready(): Promise<DescopeSdk> {
    if (sdk === undefined) {
      sdk = signals.run(undefined, () =>
        descopeSdk({
          projectId: options.projectId,
          managementKey: options.managementKey,
          ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
          fetch: sdkFetch as unknown as typeof fetch,
        }),
      );
    }
    const made = sdk;
    await licensed;
    // The SDK takes the tier a few microtasks after its fetch has it.
    if (tier !== undefined && !settled) {
      await new Promise((resolve) => setImmediate(resolve));
      settled = true;
    }
    return made;
  }
  let settled = false;

  async function run<T>(work: (sdk: DescopeSdk) => Promise<T>, { signal }: AbortableOptions = {}): Promise<T> {
    signal?.throwIfAborted();
    const made = await ready();
    return signals.run(signal, () => work(made));
  }

  return {
    options,
    run,
    async call(operation, call, callOptions) {
      const result = await run(call, callOptions);
      if (result.ok) return result.data as NonNullable<typeof result.data>;
      throw translateFailure({
        kind: "refused",
        operation,
        status: result.code ?? 0,
        vendorCode: vendorCodeOf(result.error),
      });
    },
    async ask(method, path, body, { signal, query } = {}) {
      signal?.throwIfAborted();
      const { httpClient } = await ready();
      const url = `${httpClient.buildUrl(path)}${query === undefined ? "" : `?${new URLSearchParams(query).toString()}`}`;
      const headers: Record<string, string> = {
        authorization: `Bearer ${options.projectId}:${options.managementKey}`,
        "x-descope-project-id": options.projectId,
        ...(tier === undefined ? {} : { "x-descope-license": tier }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      };
      const text = body === undefined ? undefined : JSON.stringify(body);
      return transport.exchange({ url, method, headers, body: text }, path, signal);
    },
  };
}

/** Throws when the project refused; otherwise gives the body's fields. */
export function accept(operation: string, answer: Answer): Record<string, unknown> {
  if (answer.ok) return answer.body as Record<string, unknown>;
  throw translateFailure({ kind: "refused", operation, status: answer.status, vendorCode: vendorCodeOf(answer.body) });
}
