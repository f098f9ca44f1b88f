/** Runs tasks, at most `limit` at a time. The first failure stops the start of further ones, and is thrown in the end. */
export async function runConcurrently(tasks: Iterable<() => Promise<void>>, limit: number): Promise<void> {
  const iterator = tasks[Symbol.iterator]();
  let failure: { readonly error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    for (;;) {
      const { done, value: task } = iterator.next();
      if (done === true || failure !== undefined) return;
      try {
        await task();
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
  if (failure !== undefined) throw failure.error;
}
