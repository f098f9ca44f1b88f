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
  const failures: unknown[] = [];
  let next = 0;

  async function worker(): Promise<void> {
    while (next < items.length && failures.length === 0) {
      const index = next;
      next += 1;
      try {
        results[index] = await work(items[index] as Item, either);
      } catch (error) {
        failures.push(error);
        siblings.abort();
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  signal?.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  return results;
}
