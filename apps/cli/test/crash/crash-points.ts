import { stdout } from "node:process";
import type { SandboxOptions } from "@cognito-to-descope/sandbox";
import { type CrashScene, openStage, type Stage } from "./crash-scene.ts";

/** One place where a process is killed, with what happens then. */
export interface CrashPoint {
  readonly name: string;
  /** The sandbox that it takes. @defaultValue one that all points without options share */
  readonly options?: SandboxOptions;
  /** Plays the scene with the crash, and throws when it does not end as it must. */
  readonly play: (stage: Stage) => Promise<void>;
}

/** How many processes are at work at once. */
const STAGES = 2;

/** What became of the points. */
export interface PlayedPoints {
  readonly played: number;
  /** What went wrong, by the name of the point. */
  readonly failures: readonly string[];
}

/** Plays every point, and prints how many there were. */
export async function playAll(title: string, scene: CrashScene, points: readonly CrashPoint[]): Promise<PlayedPoints> {
  const started = performance.now();
  const queue = points.values();
  const failures: string[] = [];
  let played = 0;
  await Promise.all(
    Array.from({ length: STAGES }, async () => {
      await using shared = await openStage(scene);
      for (const { name, options, play } of queue) {
        try {
          if (options === undefined) {
            await shared.reset();
            await play(shared);
          } else {
            await using own = await openStage(scene, options);
            await play(own);
          }
        } catch (error) {
          failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        }
        played += 1;
      }
    }),
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  stdout.write(`${title}: ${played} crash points in ${seconds} s, ${failures.length} ended wrongly\n`);
  return { played, failures };
}
