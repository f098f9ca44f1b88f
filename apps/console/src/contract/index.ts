/**
 * The HTTP contract of the console: what its page asks for, and what scripts can ask for as well.
 *
 * One file for each subject, each with the types of its documents, their schemas and its routes. The page imports the types alone.
 *
 * @module
 */
export { LIVE_INTERVAL_MS, LIVE_PATH, type LiveEvents } from "./live.ts";
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
export { beginSession, type ConsoleSession, endSession, readSession, type SignIn } from "./session.ts";
