import { runConcurrently } from "@cognito-to-descope/core";

/**
 * Does `work` for all items, at most `most` at a time, and gives the results in the items' order.
 *
 * The first failure aborts the others; it is thrown once all have ended, so that nothing goes on behind the caller's back.
 */
export async function runTogether<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result[]> {
  const siblings = new AbortController();
  const either = signal === undefined ? siblings.signal : AbortSignal.any([signal, siblings.signal]);
  const results: Result[] = [];
  const tasks = items.map((item, index) => async (): Promise<void> => {
    try {
      results[index] = await work(item, either);
    } catch (error) {
      siblings.abort();
      throw error;
    }
  });
  try {
    await runConcurrently(tasks, most);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
  signal?.throwIfAborted();
  return results;
}
