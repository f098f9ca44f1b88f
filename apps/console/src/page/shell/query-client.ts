import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./api.ts";

/** Makes what remembers answers. The server is on this machine, so a browser without a network asks all the same. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always",
        staleTime: 5000,
        refetchOnWindowFocus: false,
        // What is refused stays refused; a store that is locked is asked again.
        retry: (times, error) => times < 3 && !(error instanceof ApiProblem && error.problem.status < 500),
      },
      mutations: { networkMode: "always" },
    },
  });
}
