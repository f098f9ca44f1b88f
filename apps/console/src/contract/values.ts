import { z } from "@hono/zod-openapi";

/** A count. */
export const count: z.ZodInt = z.int().min(0);

/** ISO 8601 in UTC. */
export const time: z.ZodISODateTime = z.iso.datetime();

/** The ID of a run, or `newest`. */
export const runId: z.ZodString = z
  .string()
  .regex(/^\w[\w.-]{0,63}$/)
  .openapi({ param: { name: "run", in: "path" }, example: "newest" });

/** What a run is for. */
export type RunKindName = "migrate" | "sync" | "touched" | "rollback";

/** Schema of a {@link RunKindName}. */
export const runKind: z.ZodType<RunKindName> = z.enum(["migrate", "sync", "touched", "rollback"]);

/** Where a run stands. */
export type RunStateName = "reading" | "planning" | "planned" | "applying" | "applied";

/** Schema of a {@link RunStateName}. */
export const runState: z.ZodType<RunStateName> = z.enum(["reading", "planning", "planned", "applying", "applied"]);

/** A number of requests in a stretch of time. */
export interface RateDocument {
  readonly requests: number;
  readonly windowMs: number;
}

/** Schema of a {@link RateDocument}. */
export const rateSchema: z.ZodType<RateDocument> = z
  .object({ requests: z.number(), windowMs: z.number() })
  .openapi("Rate");

/** A value that may be personal: as it is, or masked. */
export interface MaskableValue {
  readonly text: string;
  readonly masked: boolean;
}

/** Schema of a {@link MaskableValue}. */
export const maskableSchema: z.ZodType<MaskableValue> = z
  .object({ text: z.string().openapi({ example: "a…@e…" }), masked: z.boolean() })
  .openapi("MaskableValue");

/** Schema of a number in a query, which comes as text. */
export type QueryCount = z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>;

/** A number in a query. */
export const queryCount: QueryCount = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
