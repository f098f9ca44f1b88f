import { stdout } from "node:process";
import { type CrashScene, openStage, type Stage } from "./crash-scene.ts";

/** One place where a process is killed, with what happens then. */
export interface CrashPoint {
  readonly name: string;
  /** Plays the scene with the crash, and throws when it does not end as it must. */
  readonly play: (stage: Stage) => Promise<void>;
}

/** How many processes are at work at once. */
const STAGES = 2;

/**
 * Plays every point, and prints how many there were.
 *
 * @returns What went wrong, by the name of the point.
 */
export async function playAll(
  title: string,
  scene: CrashScene,
  points: readonly CrashPoint[],
): Promise<readonly string[]> {
  const started = performance.now();
  const queue = points.values();
  const failures: string[] = [];
  await Promise.all(
    Array.from({ length: STAGES }, async () => {
      await using stage = await openStage(scene);
      for (const { name, play } of queue) {
        try {
          await stage.reset();
          await play(stage);
        } catch (error) {
          failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }),
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  stdout.write(`${title}: ${points.length} crash points in ${seconds} s, ${failures.length} ended wrongly\n`);
  return failures;
}
