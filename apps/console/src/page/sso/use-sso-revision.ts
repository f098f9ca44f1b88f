import { useLive } from "../shell/live.tsx";

/** Changes whenever something about a connection has changed: a stage, a decision, a plan. */
export function useSsoRevision(): string | undefined {
  return useLive("sso")?.revision;
}
