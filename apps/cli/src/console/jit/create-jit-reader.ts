import { jitProgressOf, type ProgressFacts } from "@cognito-to-descope/core";
import type { JitProgress } from "@cognito-to-descope/console/contract";
import { pacedReading } from "../paced-reading.ts";
import type { ConsoleServices } from "../services.ts";
import { jitDocument } from "./jit-document.ts";
import type { LeftCounter } from "./left-counter.ts";

/** What progress is asked for. */
export interface JitRequest {
  readonly activeUsers?: number | undefined;
  readonly require?: number | undefined;
}

/** Reads how far capturing passwords is. */
export interface JitReader {
  read(request: JitRequest): Promise<JitProgress>;
  /** The project whose users are counted; undefined while nothing names one. */
  projectId(): Promise<string | undefined>;
}

/** Captured users are counted so often, however many pages ask. */
const EVERY_MS = 2000;
const FORECAST_SHARE = 0.95;

interface Facts extends ProgressFacts {
  readonly projectId: string | undefined;
}

/** A reader on the store of the console. */
export function createJitReader({ config, store, clock }: ConsoleServices, left: LeftCounter): JitReader {
  const facts = pacedReading(readFacts, { clock, everyMs: EVERY_MS });

  async function readFacts(): Promise<Facts> {
    const read = await store.read(async (opened) => {
      const runs = await opened.listRuns();
      const projectId = config.project?.projectId ?? runs[0]?.projectId;
      if (projectId === undefined) return undefined;
      const days = await opened.countCaptured(projectId);
      return { projectId, runs, days, verdicts: await opened.countVerdicts(projectId) };
    });
    return read ?? { projectId: config.project?.projectId, runs: [], days: [], verdicts: [] };
  }

  return {
    async read({ activeUsers, require: required }) {
      const { projectId, ...known } = await facts();
      const now = clock.now();
      const share = required ?? FORECAST_SHARE;
      const progress = jitProgressOf(known, { projectId: projectId ?? "", now, activeUsers, share });
      const { attemptLimits } = config;
      return jitDocument(progress, { projectId, now, required, share, attemptLimits, left: left.current() });
    },
    projectId: async () => (await facts()).projectId,
  };
}
