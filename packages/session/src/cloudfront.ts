/**
 * CloudFront: a Lambda@Edge function at the viewer request. CloudFront Functions cannot do this: their runtime has no RSA, no
 * network and no key store that could hold keys that rotate by themselves.
 *
 * @module
 */
import { createGuard } from "./http/create-guard.ts";
import type { GuardOptions, RouteRequirements } from "./http/guard-options.ts";
import type { Principal } from "./principal.ts";

export type * from "./http/denial.ts";
export type * from "./http/guard-options.ts";

/** Headers as CloudFront hands them over, by their names in lower case. */
export type CloudFrontHeaders = Record<string, { key?: string; value: string }[]>;

/** The part of a request that is used. */
export interface CloudFrontRequest {
  readonly method: string;
  readonly uri: string;
  readonly querystring: string;
  headers: CloudFrontHeaders;
}

/** An event of Lambda@Edge. */
export interface CloudFrontEvent<R extends CloudFrontRequest = CloudFrontRequest> {
  readonly Records: readonly {
    readonly cf: { readonly config?: { readonly eventType?: string }; readonly request: R };
  }[];
}

/** An answer that CloudFront gives in place of the origin. */
export interface CloudFrontResponse {
  readonly status: string;
  readonly statusDescription: string;
  readonly headers: CloudFrontHeaders;
  readonly body: string;
}

/** How viewer requests are guarded. */
export interface ViewerRequestOptions extends GuardOptions {
  /** What a request asks for, by its method and path. @defaultValue the options of the guard for all */
  readonly routeOf?: (request: CloudFrontRequest) => RouteRequirements;
  /**
   * Headers that tell the origin who asks, such as `x-subject`. What the viewer sent under their names is removed first, also from
   * requests without a token.
   */
  readonly identityHeaders?: Readonly<Record<string, (principal: Principal) => string>>;
}

const DESCRIPTIONS = { 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 503: "Service Unavailable" } as const;

/**
 * Makes the handler of a viewer request.
 *
 * Environment variables do not exist there: bundle the options in. The keys are read by each region's function for itself.
 *
 * @throws TypeError when an option is not valid, or the event is another than a viewer request.
 */
export function createViewerRequestHandler(
  options: ViewerRequestOptions,
): <R extends CloudFrontRequest>(event: CloudFrontEvent<R>) => Promise<R | CloudFrontResponse> {
  const guard = createGuard(options);
  const { identityHeaders = {}, routeOf } = options;
  for (const name of Object.keys(identityHeaders)) {
    if (!/^[a-z0-9-]+$/.test(name)) throw new TypeError('names of "identityHeaders" must be in lower case');
  }
  return async (event) => {
    const [record] = event.Records;
    if (record === undefined) throw new TypeError("the event holds no request");
    const { config, request } = record.cf;
    // Later in CloudFront, an answer from the cache would not pass here.
    if (config?.eventType !== undefined && config.eventType !== "viewer-request") {
      throw new TypeError("the function must be at the viewer request");
    }
    const { denial, principal } = await guard.admit(
      {
        header: (name) => {
          const values = request.headers[name]?.map(({ value }) => value);
          return values?.join(name === "cookie" ? "; " : ", ");
        },
        method: request.method,
        target: request.uri,
        identity: request,
      },
      routeOf?.(request),
    );
    if (denial !== undefined) {
      return {
        status: String(denial.status),
        statusDescription: DESCRIPTIONS[denial.status],
        headers: Object.fromEntries(
          Object.entries(denial.headers).map(([name, value]) => [name, [{ key: name, value }]]),
        ),
        body: JSON.stringify(denial.body),
      };
    }
    for (const [name, valueOf] of Object.entries(identityHeaders)) {
      delete request.headers[name];
      if (principal !== undefined) request.headers[name] = [{ key: name, value: valueOf(principal) }];
    }
    return request;
  };
}
