/**
 * The HTTP contract of the console: what its page asks for, and what scripts can ask for as well.
 *
 * One file for each subject, each with the types of its documents, their schemas and its routes. The page imports the types alone.
 *
 * @module
 */
export {
  type CommandOutput,
  interruptCommand,
  listCommands,
  readCommand,
  readCommandOutput,
  startCommand,
  type StartedCommand,
  type StartedCommandName,
  type StartedCommands,
  type StartRequest,
} from "./commands.ts";
export { type ControlDocument, pauseRun, resumeRun, throttleRun, type ThrottleRequest } from "./control.ts";
export {
  type DeadLetter,
  type DeadLetters,
  exportDeadLetters,
  listDeadLetters,
  revealDeadLetters,
  type RevealDeadLetters,
  takeDeadLetters,
  type TakeDeadLetters,
} from "./dead-letters.ts";
export {
  type Discrepancies,
  type DiscrepancyCause,
  type DiscrepancyDocument,
  exportDiscrepancies,
  type FieldCount,
  listDiscrepancies,
  revealDiscrepancies,
  type RevealDiscrepancies,
  takeDiscrepancies,
  type TakeDiscrepancies,
} from "./discrepancies.ts";
export { type DownloadFormat, type DownloadRoute } from "./download.ts";
export { LIVE_INTERVAL_MS, LIVE_PATH, type LiveEvents } from "./live.ts";
export {
  beginMappingEffect,
  cancelMappingEffect,
  checkMapping,
  type EffectSide,
  type GivenRules,
  type Mapping,
  type MappingCheck,
  type MappingEffectState,
  type MappingPreview,
  type MappingProblem,
  type MappingRulesJson,
  type MappingSaved,
  type MappingTrial,
  previewMapping,
  readMapping,
  readMappingEffect,
  type SavedRules,
  saveMapping,
  type TriedRules,
  type TriedSide,
  type TriedUser,
  tryMapping,
} from "./mapping.ts";
export {
  type Gate,
  type GateName,
  type ListedRun,
  listedRunSchema,
  type Overview,
  type PoolProgress,
  readOverview,
  type Step,
  type StepName,
  type StepState,
} from "./overview.ts";
export { type LogEntry, readLog, type RunLogPage } from "./log.ts";
export { CONSOLE_PROBLEMS, type ConsoleProblemCode, type Problem, problemSchema } from "./problem.ts";
export {
  type AvailableReport,
  createReport,
  type MadeReport,
  readReports,
  type RecordSummary,
  type ReportKind,
  type ReportOverview,
  type WantedReport,
} from "./reports.ts";
export {
  API_BASE,
  type ConsoleRoute,
  consoleRoute,
  type JsonBody,
  jsonBody,
  type RouteDeclaration,
  type RouteRequest,
} from "./route.ts";
export {
  type FailureCauseDocument,
  listRuns,
  readRun,
  type RunBucket,
  type RunDocument,
  type RunName,
  type RunParams,
  type RunService,
  type RunWorker,
} from "./run.ts";
export { readSeries, type RunSeries, type SeriesPoint, type ServicePoint } from "./series.ts";
export { beginSession, type ConsoleSession, endSession, readSession, type SignIn } from "./session.ts";
export { type MaskableValue, type RateDocument } from "./values.ts";
export {
  type Plan,
  type PlanCounts,
  type PlanFinding,
  type PlannedDefinitions,
  type PlannedPool,
  readPlan,
  type SearchIndex,
  type Severity,
} from "./plan.ts";
export {
  type ListedUser,
  listUsers,
  type OtherUser,
  readUser,
  revealUser,
  type SourceAttribute,
  type UserDetail,
  type UserField,
  type UserFinding,
  type UserList,
  type UserOperation,
  type UserOutcome,
  type UserResult,
} from "./users.ts";
export { countUsersLeft, type JitProgress, type LockOutPressure, readJit, type UsersLeft } from "./jit.ts";
export { readSessions, type TokensInUse } from "./sessions.ts";
export {
  assessSso,
  checkSsoConnection,
  type ConnectionAssessment,
  readSso,
  readSsoConnection,
  type SsoConnection,
  type SsoConnectionDetail,
  type SsoOverview,
  takeSsoBack,
  takeSsoStep,
  type WantedStep,
} from "./sso.ts";
