/** Amazon Cognito and Descope on a laptop: real HTTP servers that the real SDKs talk to. */

export { createCognitoService } from "./cognito/cognito-service.ts";
export type { CognitoOptions, CognitoService } from "./cognito/cognito-service.ts";
export type { ListBehaviour, SentMessage } from "./cognito/cognito-state.ts";
export type { Permissions } from "./cognito/permissions.ts";
export type { NewUser } from "./cognito/user-table.ts";
export type { UserPool } from "./cognito/user-pool.ts";
export type { UserRecord, UserStatus } from "./cognito/user-record.ts";
export { createDescopeService } from "./descope/descope-service.ts";
export type { DescopeOptions, DescopeService } from "./descope/descope-service.ts";
export { defaultVariants, descopeVariantOptions, variants } from "./descope/variants.ts";
export type { DescopeVariants, NamedVariants } from "./descope/variants.ts";
export { everyKind } from "./generate/every-kind.ts";
export type { UserKind } from "./generate/every-kind.ts";
export { generatePool } from "./generate/generate-pool.ts";
export type { GeneratedPool, GenerateOptions } from "./generate/generate-pool.ts";
export { startSandbox } from "./sandbox.ts";
export type { Sandbox, SandboxOptions } from "./sandbox.ts";
export { FaultInjector, parseFaultRules } from "./wire/faults.ts";
export type { Fault, FaultReport, FaultRule } from "./wire/faults.ts";
export type { BucketStatistics } from "./wire/quota-meter.ts";
export { RequestLog } from "./wire/request-log.ts";
export type { OperationCount, RequestLogEntry, RequestQuery } from "./wire/request-log.ts";
export { createSeededRandom, createUuidSource } from "./wire/seeded-random.ts";
export type { SeededRandom } from "./wire/seeded-random.ts";
export type { QuotaBucket, WireReply, WireRequest, WireService } from "./wire/service.ts";
export { startWireServer } from "./wire/wire-server.ts";
export type { WireOptions, WireServer } from "./wire/wire-server.ts";
