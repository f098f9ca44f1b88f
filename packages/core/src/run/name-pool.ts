import { MigrationError } from "../errors.ts";

/** A fault of reading a pool, with the pool's ID in its message. Whatever else was thrown is given back as it is. */
export function namePool(error: unknown, userPoolId: string): unknown {
  if (!(error instanceof MigrationError) || !error.code.startsWith("ERR_SOURCE_")) return error;
  if (error.message.includes(userPoolId)) return error;
  return new MigrationError(error.code, `user pool ${userPoolId}: ${error.message}`, {
    ...detailsOf(error),
    cause: error,
  });
}

/** One fault for several pools that cannot be read, which names each. */
export function namePools(errors: readonly MigrationError[], total: number): MigrationError {
  const [first] = errors;
  if (first === undefined) throw new RangeError("there is no error to name a pool in");
  if (errors.length === 1) return first;
  const shown = errors.slice(0, MAX_SHOWN).map(({ message }) => message);
  const more = errors.length > MAX_SHOWN ? [`and ${errors.length - MAX_SHOWN} more: c2d doctor lists all`] : [];
  return new MigrationError(first.code, `${errors.length} of ${total} user pools cannot be read`, {
    ...detailsOf(first),
    cause: first,
    suggestion: [...shown, ...more].join("\n"),
  });
}

const MAX_SHOWN = 10;

function detailsOf(error: MigrationError): ConstructorParameters<typeof MigrationError>[2] {
  const { suggestion, vendorCode, status, retryAfterMs } = error;
  return {
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(vendorCode === undefined ? {} : { vendorCode }),
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
