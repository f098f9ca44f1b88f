import { useParams } from "wouter";

/** The run that the address names; `newest` where it names none. */
export function useRunName(): string {
  const { run } = useParams<{ readonly run?: string }>();
  return run ?? "newest";
}

/** What a step of a run is called. */
export function stepTitle(step: string): string {
  return STEPS[step] ?? step;
}

const STEPS: Readonly<Record<string, string>> = {
  "reading-pools": "Reading the settings of the pools",
  reading: "Reading the pools",
  "reading-groups": "Reading groups",
  "reading-target": "Reading the project",
  observing: "Looking at the users",
  planning: "Planning",
  comparing: "Comparing with the last run",
  defining: "Creating definitions",
  removing: "Removing definitions",
  applying: "Applying",
  reconciling: "Reconciling",
};
