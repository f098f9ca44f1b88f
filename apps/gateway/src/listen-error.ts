import { MigrationError } from "@cognito-to-descope/core";

/** Says why nothing listens there. */
export function toListenError(error: unknown, host: string, port: number): MigrationError {
  if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") {
    return new MigrationError("ERR_PORT_IN_USE", `port ${port} on ${host} is in use`, {
      cause: error,
      suggestion: "choose another port, or 0 for a free one",
    });
  }
  return new MigrationError("ERR_USAGE", `cannot listen on ${host} port ${port}`, {
    cause: error,
    suggestion: "name an address of this machine and a port that you may use",
  });
}
