import type { MaybePromise } from "./options.ts";

/** Goes on at once where the value is there, so that the path without waiting needs no promise. */
export function chain<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
