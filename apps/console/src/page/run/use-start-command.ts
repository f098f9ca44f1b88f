import { useMutation, type UseMutationResult, useQueryClient } from "@tanstack/react-query";
import type { startCommand, StartedCommand, StartRequest } from "../../contract/commands.ts";
import { callApi } from "../shell/api.ts";

/** Starts a command as a process of its own. */
export function useStartCommand(): UseMutationResult<StartedCommand, Error, StartRequest> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: StartRequest) => callApi<typeof startCommand>("post", "/api/v1/commands", { body }),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["commands"] }),
  });
}
