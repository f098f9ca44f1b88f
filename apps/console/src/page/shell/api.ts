import type { ConsoleRoute, RouteRequest } from "../../contract/route.ts";
import type { Problem } from "../../contract/problem.ts";

/** The server refused a request, and says why. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.name = "ApiProblem";
    this.problem = problem;
  }
}

/** The server does not answer, or something else answers in its place. */
export class ApiUnreachable extends Error {
  constructor(cause: unknown) {
    super("the server does not answer", { cause });
    this.name = "ApiUnreachable";
  }
}

// oxlint-disable-next-line typescript/no-explicit-any -- any route of the contract
type AnyRoute = ConsoleRoute<any, any, any, any>;

/** What a route answers with. */
// oxlint-disable-next-line typescript/no-explicit-any -- only the answer is asked for
export type AnswerOf<R> = R extends ConsoleRoute<any, any, infer Answer, any> ? Answer : never;

// oxlint-disable-next-line typescript/no-explicit-any -- only the request is asked for
type RequestOf<R> = R extends ConsoleRoute<any, any, any, infer Request> ? Request : never;

type Shape<Part> = Part extends { readonly _zod: { readonly input: infer Input } } ? Input : never;

type BodyOf<Request> = Request extends {
  readonly body: { readonly content: { readonly "application/json": { readonly schema: infer Schema } } };
}
  ? { readonly body: Shape<Schema> }
  : object;

/** What a route wants, as its contract says. */
export type InputOf<R> = BodyOf<RequestOf<R>> &
  (RequestOf<R> extends { readonly params: infer Params } ? { readonly params: Shape<Params> } : object) &
  (RequestOf<R> extends { readonly query: infer Query } ? { readonly query?: Shape<Query> } : object);

interface GivenInput {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly body?: unknown;
}

/**
 * Calls a route of the contract, which is named by its type: `callApi<typeof readOverview>("get", "/api/v1/overview")`.
 *
 * @throws ApiProblem when it is refused, ApiUnreachable when nobody answers.
 */
export async function callApi<R extends AnyRoute>(
  method: R["method"],
  path: R["path"],
  ...[input, signal]: RequestOf<R> extends
    | Readonly<Record<keyof RouteRequest, unknown>>
    | { readonly body: unknown }
    | { readonly params: unknown }
    ? [input: InputOf<R>, signal?: AbortSignal]
    : [input?: InputOf<R>, signal?: AbortSignal]
): Promise<AnswerOf<R>> {
  const given = (input ?? {}) as GivenInput;
  const { body } = given;
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(addressOf(path, given), {
      method: String(method).toUpperCase(),
      headers: {
        // No page of another origin can send it: that is how the server knows that it is this page.
        "x-c2d-console": "1",
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    answer = await response.json();
  } catch (error) {
    signal?.throwIfAborted();
    throw new ApiUnreachable(error);
  }
  if (!response.ok) throw isProblem(answer) ? new ApiProblem(answer) : new ApiUnreachable(response.status);
  return answer as AnswerOf<R>;
}

/** The address of a route with its parameters filled in. */
export function addressOf(path: string, { params = {}, query = {} }: GivenInput): string {
  const filled = path.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(String(params[name] ?? "")));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) search.append(name, String(one));
  }
  return search.size === 0 ? filled : `${filled}?${search.toString()}`;
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "code" in value && "title" in value;
}
