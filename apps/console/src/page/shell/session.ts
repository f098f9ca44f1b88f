import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";
import { useEffect } from "react";
import type { beginSession, ConsoleSession, endSession, readSession, SignIn } from "../../contract/session.ts";
import { callApi } from "./api.ts";

/** Who is signed in. The token of a link is taken out of the address first, so that it stays in no history. */
export function useSession(): UseQueryResult<ConsoleSession> {
  const client = useQueryClient();
  useEffect(() => {
    // A link that is pasted into the address of a page that is open does not load it again.
    const again = (): void => void client.invalidateQueries({ queryKey: ["session"] });
    addEventListener("hashchange", again);
    return () => removeEventListener("hashchange", again);
  }, [client]);
  return useQuery({
    queryKey: ["session"],
    queryFn: async () => {
      const token = takeToken();
      if (token === undefined) return await callApi<typeof readSession>("get", "/api/v1/session");
      try {
        return await callApi<typeof beginSession>("post", "/api/v1/session", { body: { token } });
      } catch (error) {
        // A link that was used before does no harm to who has a session.
        const session = await callApi<typeof readSession>("get", "/api/v1/session");
        if (session.signedIn) return session;
        throw error;
      }
    },
    staleTime: Infinity,
    retry: false,
  });
}

/** Signs in by name and passphrase. */
export function useSignIn(): UseMutationResult<ConsoleSession, Error, SignIn> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SignIn) => callApi<typeof beginSession>("post", "/api/v1/session", { body }),
    onSuccess: (session) => client.setQueryData(["session"], session),
  });
}

/** Signs out. */
export function useSignOut(): UseMutationResult<ConsoleSession, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => callApi<typeof endSession>("delete", "/api/v1/session"),
    onSuccess: (session) => {
      client.setQueryData(["session"], session);
      // Nothing of what was shown stays in memory.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
    },
  });
}

function takeToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return undefined;
  history.replaceState(null, "", location.pathname + location.search);
  return token;
}

/** Whether whoever is signed in may change anything by way of this console. */
export function useMayChange(): boolean {
  return useSession().data?.readOnly === false;
}
