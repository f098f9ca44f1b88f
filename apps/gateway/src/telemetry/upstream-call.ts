/** A call of a service, for metrics and traces. Names only what a program chose: never whom the call is about. */
export interface UpstreamCall {
  readonly service: "cognito" | "descope";
  /** The service's word for it: `InitiateAuth`. */
  readonly operation: string;
}

/** Runs a call, and lets metrics and traces see it. Gives and throws what the call does. */
export type ObserveCall = <T>(call: UpstreamCall, run: () => Promise<T>) => Promise<T>;
