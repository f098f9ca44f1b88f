/**
 * The domain of a migration from Amazon Cognito to Descope: mapping, plan, run and reconcile.
 *
 * The words are defined in `terminology.md` beside this file. Nothing in this package touches the outside: time,
 * hashing, the pool, the project and the store come in through the ports.
 *
 * @module
 */
export { type PoolAppClient } from "./app-clients/app-client.ts";
export type * from "./app-clients/application-plan.ts";
export {
  applyApplications,
  type ApplicationOutcome,
  type ApplyApplicationsOptions,
  type ApplyApplicationsResult,
} from "./app-clients/apply-applications.ts";
export { type AppClientAim, type AppClientClass, type ApplicationChoices } from "./app-clients/classify-app-client.ts";
export { handOverSheet, type HandOverEntry, type HandOverOptions } from "./app-clients/hand-over-sheet.ts";
export { planApplications, type ApplicationPlanInput, type PoolApplications } from "./app-clients/plan-applications.ts";
export { readPoolApplications } from "./app-clients/read-applications.ts";
export {
  rollbackApplications,
  type ApplicationRollbackStep,
  type RollbackApplicationsOptions,
} from "./app-clients/rollback-applications.ts";
export {
  verifyApplications,
  type ApplicationCheck,
  type VerifiedApplication,
  type VerifyApplicationsOptions,
} from "./app-clients/verify-applications.ts";
export {
  type Assessment,
  assessPool,
  type AssessQuotas,
  type StepDuration,
  type StrategyFit,
} from "./assess/assess-pool.ts";
export {
  gatewayTemplate,
  type GatewayFunctionOptions,
  type GatewayFunctionPool,
} from "./aws-integration/gateway-function.ts";
export { GATEWAY_FUNCTION_FILES, type GatewayFunctionSettings } from "./aws-integration/gateway-function-settings.ts";
export { SYNC_EVENT, type SyncEvent } from "./aws-integration/sync-event.ts";
export { TRIGGER_VARIABLES, triggerFunctionCode } from "./aws-integration/trigger-function.ts";
export {
  type CloudFormationTemplate,
  eventsUrlProblem,
  FEED_TRIGGERS,
  type FeedTrigger,
  isTriggerFunction,
  type TriggerOptions,
  triggerTemplate,
} from "./aws-integration/triggers.ts";
export {
  checkToken,
  type CheckTokenOptions,
  TOKEN_TARGETS,
  type TokenParts,
  type TokenProblem,
  type TokenTarget,
  type TokenVerdict,
} from "./aws-integration/check-token.ts";
export { dnsSuffixOf, isRegion, partitionOf } from "./aws-integration/aws-region.ts";
export {
  AUTHORIZER_CONFIG_FILE,
  AUTHORIZER_CONFIG_VARIABLE,
  AUTHORIZER_FILE,
  authorizerConfig,
  type AuthorizerHandler,
  type AuthorizerPool,
  type DualAuthorizerConfig,
} from "./aws-integration/dual-authorizer.ts";
export {
  descopeEndpoints,
  type DescopeEndpoints,
  issuerNames,
  issuerProblem,
} from "./aws-integration/descope-issuer.ts";
export {
  EMIT_FORMATS,
  type EmitFormat,
  INTEGRATION_TARGETS,
  makeIntegration,
  renderIntegration,
} from "./aws-integration/emit-integration.ts";
export {
  checkEmitOptions,
  type EmitOption,
  type EmitOptions,
  type EmitPool,
  type OptionNeeds,
  type OptionProblem,
  type RoleRule,
} from "./aws-integration/emit-options.ts";
export type { Integration, IntegrationFile, Runbook, Step } from "./aws-integration/integration.ts";
export type { Target } from "./aws-integration/target.ts";
export {
  type IssuingPool,
  userPoolIssuer,
  type UserPoolIssuerForm,
  userPoolProvider,
} from "./aws-integration/user-pool-issuers.ts";
export {
  judgeSwitchOff,
  type SwitchOff,
  type SwitchOffEvidence,
  type SwitchOffGate,
  type SwitchOffResult,
} from "./dual-validation/judge-switch-off.ts";
export {
  readStatisticsSnapshot,
  type SnapshotDefaults,
  type StatisticsSnapshot,
  type TokenIssuer,
} from "./dual-validation/statistics-snapshot.ts";
export {
  createTokenUse,
  type RefusedTokens,
  type TokenCounts,
  type TokenPeriod,
  type TokenUse,
  type VerifierUse,
} from "./dual-validation/token-use.ts";
export * from "./errors.ts";
export type * from "./findings/finding.ts";
export { createFindings, type Findings } from "./findings/findings.ts";
export { FINDING_RULES, type FindingRule } from "./findings/rules.ts";
export type * from "./flows/flow-document.ts";
export { type FlowFormat, parseFlow, type ParsedFlow } from "./flows/parse-flow.ts";
export { writeConsoleFlow } from "./flows/formats/console-format.ts";
export {
  readSnapshotFlow,
  type SnapshotFiles,
  type SnapshotFlow,
  writeSnapshotFlow,
} from "./flows/formats/snapshot-format.ts";
export { diffFlows, type FlowDifference, type FlowValueDifference } from "./flows/diff/diff-flows.ts";
export { drawFlow } from "./flows/draw/draw-flow.ts";
export type { Identifier } from "./flows/generate/components.ts";
export { type FlowMethod, type FlowNeeds, flowNeeds } from "./flows/generate/flow-needs.ts";
export { type GeneratedFlow, generateFlow } from "./flows/generate/generate-flow.ts";
export { madeByUs } from "./flows/generate/mark.ts";
export {
  type ClaimsFlowOptions,
  type DirectFlowOptions,
  FLOW_KINDS,
  type FlowConnector,
  type FlowKind,
  type GatewayFlowOptions,
  type GenerateFlowOptions,
  type OidcFlowOptions,
  type PasswordlessFlowOptions,
  type PasswordlessMethod,
  type ResetFlowOptions,
} from "./flows/generate/options.ts";
export { type FlowImportPlan, importFlow, type ImportedFlow, type ImportFlowOptions } from "./flows/import-flow.ts";
export { lintFlow } from "./flows/lint/lint-flow.ts";
export { FLOW_RULES, type FlowFinding, type FlowRuleId } from "./flows/lint/rules.ts";
export { type AppClientChoice, type AppClientPlan, isOwnClient } from "./jit-setup/app-client/plan-app-client.ts";
export {
  type AppliedJitSetup,
  applyJitSetup,
  type ApplyJitSetupOptions,
  type JitSetupPorts,
} from "./jit-setup/apply-jit-setup.ts";
export { type ByHand, consoleSteps } from "./jit-setup/by-hand/console-steps.ts";
export { renderTerraform, type TerraformParts } from "./jit-setup/by-hand/render-terraform.ts";
export { snapshotPatch } from "./jit-setup/by-hand/snapshot-patch.ts";
export { type GatewayUrl, parseGatewayUrl } from "./jit-setup/connector/gateway-url.ts";
export type { ConnectorPlan } from "./jit-setup/connector/plan-connector.ts";
export {
  directConnector,
  gatewayConnector,
  type GatewaySecrets,
  isOwnConnector,
} from "./jit-setup/connector/wanted-connector.ts";
export {
  type CheckFlow,
  DEFAULT_CLIENT_NAME,
  DEFAULT_CONNECTOR_NAME,
  type PasswordRoute,
} from "./jit-setup/jit-setup-options.ts";
export { type ConnectorProbe, judgeConnectorProbe } from "./jit-setup/probe/judge-probe.ts";
export { PROBE_BODY, probeFlow } from "./jit-setup/probe/probe-flow.ts";
export type { FlowPlan } from "./flows/plan-flow.ts";
export {
  isNothingToDo,
  type JitSetupIds,
  type JitSetupPlan,
  type JitSetupRequest,
  type JitSetupState,
  planJitSetup,
  type ReadPool,
} from "./jit-setup/plan-jit-setup.ts";
export type { KeptReason, UndoStep } from "./jit-setup/plan-undo.ts";
export type { SettingDifference } from "./jit-setup/setting-difference.ts";
export { emptyRecord, type JitSetupRecord, readRecord } from "./jit-setup/setup-record.ts";
export { undoJitSetup, type UndoneJitSetup, type UndoJitSetupOptions } from "./jit-setup/undo-jit-setup.ts";
export { type IdMapEntry, type IdMapOptions, readIdMap } from "./id-map/read-id-map.ts";
export {
  type AppliedJwtTemplate,
  applyJwtTemplate,
  type ApplyJwtTemplateOptions,
} from "./jwt-template/apply-jwt-template.ts";
export { awsJwtTemplate, type AwsJwtTemplateOptions } from "./jwt-template/aws-jwt-template.ts";
export { type JwtTemplateDifference, type JwtTemplatePlan, planJwtTemplate } from "./jwt-template/plan-jwt-template.ts";
export { createLimiterBoard, type LimiterBoard, qualifiedBucket, rateWithin } from "./limits/limiter-board.ts";
export {
  createRateLimiter,
  type ImmediateRateLimiter,
  type Permit,
  type RateLimit,
  type RateLimiter,
  withAcquire,
} from "./limits/rate-limiter.ts";
export { foldLoginId } from "./mapping/fold-login-id.ts";
export { isReadGroup, nameRoles } from "./mapping/group-mapping.ts";
export { mapUser, type MappedUser, type SourceMapping } from "./mapping/map-user.ts";
export { type RoleMap, roleMapOf, type RoleMapOptions } from "./mapping/role-map.ts";
export * from "./mapping/rules.ts";
export * from "./oidc/apply-oidc-reverse.ts";
export * from "./oidc/apply-oidc-setup.ts";
export { providerConsoleSteps, providerSnapshot, providerTerraform } from "./oidc/by-hand.ts";
export { callbackUrls, descopeApiUrl } from "./oidc/callback-urls.ts";
export { type AuthorizationCheck, checkAuthorization } from "./oidc/check-authorization.ts";
export type * from "./oidc/claim-mapping.ts";
export type * from "./oidc/oidc-endpoints.ts";
export * from "./oidc/plan-oidc-reverse.ts";
export * from "./oidc/plan-oidc-setup.ts";
export { settingDifferences } from "./oidc/setting-difference.ts";
export { OIDC_CLIENT_NAME, OIDC_SCOPES, type SignInClientPlan } from "./oidc/sign-in-client.ts";
export type { SignInFlow } from "./oidc/sign-in-flow.ts";
export { undoOidcReverse, type UndoneOidcReverse } from "./oidc/undo-oidc-reverse.ts";
export { undoOidcSetup, type UndoneOidcSetup } from "./oidc/undo-oidc-setup.ts";
export type * from "./plan/plan.ts";
export { observeUsers, type ObservedAttribute, type PoolObservation, type PoolObserver } from "./pool/observe-users.ts";
export type * from "./pool/pool-snapshot.ts";
export type * from "./pool/pool-user.ts";
export type * from "./pool/pool-sign-in.ts";
export type * from "./ports/application-ledger.ts";
export type * from "./ports/clock.ts";
export type * from "./ports/connectors.ts";
export type * from "./ports/flows.ts";
export type * from "./ports/digest.ts";
export type * from "./ports/federated-apps.ts";
export type * from "./ports/inbound-apps.ts";
export type * from "./ports/jwt-templates.ts";
export type * from "./ports/oauth-providers.ts";
export type * from "./ports/oidc-probe.ts";
export type * from "./ports/pool-settings.ts";
export type * from "./ports/plan-search.ts";
export type * from "./ports/project-target.ts";
export type * from "./ports/state-store.ts";
export type * from "./ports/token-probe.ts";
export { canonicalJson } from "./record/canonical-json.ts";
export { checkChain, type ClaimedChain } from "./record/check-chain.ts";
export {
  chainEvent,
  chainStart,
  type ChainedEvent,
  type ChainHead,
  hashEventData,
  type HashedEvent,
  type RunEvent,
  type RunRecord,
} from "./record/event-chain.ts";
export { recordEvent, type RecordedEvent } from "./record/record-event.ts";
export { digestDiscrepancies, digestOutcomes, digestPlan, digestSourceUsers } from "./record/run-digests.ts";
export type * from "./ports/user-pool-source.ts";
export type * from "./ports/work-queue.ts";
export type * from "./project/project-snapshot.ts";
export type * from "./project/project-user.ts";
export { roleLabel } from "./project/role-key.ts";
export { compareUser, type FieldDifference, type UserComparison } from "./reconcile/compare-user.ts";
export { reconcileRun } from "./reconcile/reconcile-run.ts";
export { type SignInTest, testSignIns } from "./reconcile/test-sign-ins.ts";
export { openRollback, type RollbackRequest } from "./rollback/open-rollback.ts";
export { planRollback } from "./rollback/plan-rollback.ts";
export { DEFINITION_KEPT } from "./rollback/remove-definitions.ts";
export { newestRun, rollbackOf } from "./rollback/rolled-back.ts";
export { applyPlan } from "./run/apply-plan.ts";
export { countOutcomesBySource, type SourceOutcomes } from "./run/outcomes-by-source.ts";
export { joinRun, type JoinOptions } from "./run/join-run.ts";
export { planOn } from "./run/make-plan.ts";
export { openRun, planRun } from "./run/plan-run.ts";
export { tryMapping } from "./run/try-mapping.ts";
export type { MappingContext } from "./run/prepare-mapping.ts";
export { readSources } from "./run/read-sources.ts";
export { retryFailures } from "./run/retry-failures.ts";
export { countSettled } from "./run/count-settled.ts";
export type * from "./run/run.ts";
export { runConcurrently } from "./run/run-concurrently.ts";
export type * from "./run/run-context.ts";
export type * from "./ports/connection-source.ts";
export type * from "./ports/metadata-reader.ts";
export type * from "./ports/sso-ledger.ts";
export type * from "./ports/sso-target.ts";
export {
  isSearchedByBeginning,
  matchesFilters,
  matchesText,
  searchedWords,
  SHORTEST_INNER_WORD,
} from "./search/matches-search.ts";
export { foldSearched, searchedValues } from "./search/searched-values.ts";
export { applySso, type ApplySsoOptions, type SsoOutcome } from "./sso/apply-sso.ts";
export { type Classification, CONNECTION_CLASSES, type ConnectionAction } from "./sso/classify-connection.ts";
export type { ConnectionTenant } from "./sso/connection-tenant.ts";
export { importTenants, type ImportTenants } from "./sso/import-tenants.ts";
export { recordedTenants } from "./sso/recorded-tenants.ts";
export { compareSettings, type ConnectionDifference } from "./sso/compare-settings.ts";
export type * from "./sso/connection-settings.ts";
export type * from "./sso/connection.ts";
export type { IdentityVendor } from "./sso/identity-vendor.ts";
export type { DiscoveryReading, OidcEndpoints } from "./sso/oidc-endpoints.ts";
export { planSso, type PlanSsoOptions } from "./sso/plan-sso.ts";
export type * from "./sso/pool-connections.ts";
export type { ReadConnection } from "./sso/read-connection.ts";
export { readConnections, type ReadConnections, type ReadConnectionsOptions } from "./sso/read-connections.ts";
export { rollbackSso, type RollbackSsoOptions, type SsoRollbackStep } from "./sso/rollback-sso.ts";
export type * from "./sso/saml-metadata.ts";
export { needsChange, setupMail, type SetupMail, type SetupMailOptions, VENDOR_NAMES } from "./sso/setup-mail.ts";
export { connectionKey, type ConnectionKey, DEFAULT_SSO_OPTIONS, type SsoOptions } from "./sso/sso-options.ts";
export type * from "./sso/sso-plan.ts";
export { type SsoCheck, type VerifiedConnection, verifyConnection, type VerifyOptions } from "./sso/verify-sso.ts";
export { Secret } from "./secret.ts";
export { planSync } from "./sync/plan-sync.ts";
export { findRunOfWholePools, planTouched, type TouchedRequest } from "./sync/plan-touched.ts";
export type * from "./sync/sync-policy.ts";
export { type ComparedField, comparedFields, type FieldValue } from "./explain/compared-fields.ts";
export {
  type ExplainOptions,
  explainUser,
  type GroupOfUser,
  type OtherUser,
  type UserExplanation,
  type UserInRun,
  type UserInTheWay,
} from "./explain/explain-user.ts";
export * from "./run/run-control.ts";
export { addLatencies, type LatencyCounts, latencyQuantile } from "./traffic/latency.ts";
export {
  type BucketUse,
  MAX_SAMPLES,
  mergeSamples,
  type RunSample,
  SAMPLE_MS,
  thinSamples,
  widenSample,
} from "./traffic/run-sample.ts";
export {
  addTraffic,
  createTrafficMeter,
  type ServiceName,
  type ServiceTraffic,
  type Traffic,
  type TrafficMeter,
} from "./traffic/traffic.ts";
export { type AttemptLimits, DEFAULT_ATTEMPT_LIMITS } from "./jit/attempt-limits.ts";
export { DEFAULT_FAILURE_FLOOR, type FailureFloor } from "./jit/failure-floor.ts";
export {
  createJitProvisioner,
  type JitProvisionerOptions,
  type OpenJitProvisioner,
} from "./jit/create-jit-provisioner.ts";
export { type CaptureRecorder, type CaptureRecorderOptions, createCaptureRecorder } from "./jit/capture-recorder.ts";
export {
  type JitBottleneck,
  type JitWay,
  type PeakExpectation,
  type PeakPlan,
  type PeakQuotas,
  planPeak,
  type WayCapacity,
} from "./jit/capacity/plan-peak.ts";
export { type Forecast, type ForecastModel, forecastShare, type NoForecast } from "./jit/progress/forecast.ts";
export {
  type ActiveShare,
  type DayOfProgress,
  type JitProgress,
  jitProgressOf,
  type ProgressFacts,
  type ProgressRequest,
  readJitProgress,
} from "./jit/progress/read-progress.ts";
export {
  CHECK_KINDS,
  type CheckKind,
  checkKind,
  checksByDay,
  type DayOfChecks,
  type LockOutPressure,
  lockOutPressure,
  type PressureReason,
} from "./jit/progress/lock-out-pressure.ts";
export { countUsersLeft, type LastChange, type LeftRequest, type UsersLeft } from "./jit/progress/users-left.ts";
export { type JitMapping, type JitPool, prepareJitMapping } from "./jit/jit-mapping.ts";
export type { JitRules, JitSource } from "./jit/mapping-source.ts";
export type { Provisioned, ProvisionEvent } from "./jit/project-writer.ts";
export type { CallQuota, NewCredentialedUser, ProvisionCall, ProvisionTarget } from "./ports/provision-target.ts";
export { stricterPasswordRules } from "./jit-setup/stricter-password-rules.ts";
export { passwordFault, type PasswordFault, type ProjectPasswordPolicy } from "./project/project-password-policy.ts";
export type {
  ConfirmedUser,
  JitProvisioner,
  ProvisionOptions,
  ProvisionOutcome,
  RefusedProvisioning,
} from "./jit/jit-provisioner.ts";
export { MIN_CONNECTOR_SECRET_LENGTH } from "./jit/connector-secret.ts";
export type { PoolQuota } from "./jit/quota-line.ts";
export type { SignInPool } from "./jit/sign-in-pool.ts";
export { type Judgement, judgeAnswer } from "./jit/judge-answer.ts";
export {
  type CheckedPassword,
  createPasswordCheck,
  type PasswordCheck,
  type PasswordCheckOptions,
  type PasswordCheckRequest,
} from "./jit/password-check.ts";
export {
  DEFAULT_PASSWORD_CHECK,
  type PasswordCheckPolicy,
  type SecondFactorPolicy,
  type TemporaryPasswordPolicy,
} from "./jit/password-check-policy.ts";
export type {
  GroupLookup,
  MigratedUserMarker,
  PasswordAuthenticator,
  PoolUserReader,
  SignInAnswer,
  UserLookup,
} from "./jit/sign-in-answer.ts";
export type { AnswerMeaning, NextStep, Verdict, VerdictDetails, VerdictName, VerdictReason } from "./jit/verdict.ts";
export type { RateCounter, RateLimitOfKey } from "./ports/rate-counter.ts";
export type * from "./sso/bridge/bridge-config.ts";
export { BRIDGE_PREFIX, bridgeEndpoint, type BridgeEndpoint } from "./sso/bridge/bridge-paths.ts";
export { type BridgeConfigProblem, bridgeConfigProblems, compileBridgeConfig } from "./sso/bridge/compile-config.ts";
export {
  ALL_TO_COGNITO,
  CONNECTION_MODES,
  type ConnectionMode,
  type ConnectionModes,
  isConnectionMode,
  modeOf,
} from "./sso/bridge/connection-mode.ts";
export { decide, MAX_CALL_BACK_BYTES, needsBody, OIDC_CALL_BACK, SAML_CALL_BACK } from "./sso/bridge/decide.ts";
export { SEALED_STATE_PREFIX } from "./sso/bridge/decide-oidc-response.ts";
export type * from "./sso/bridge/decision.ts";
export { type BridgeRoute, type DecisionEntry, isLogged } from "./sso/bridge/decision-entry.ts";
export { withoutField } from "./sso/bridge/form.ts";
export {
  type AuthorizationStep,
  cognitoLocation,
  type OidcProblem,
  readAuthorization,
  upstreamLocation,
} from "./sso/bridge/oidc/authorization.ts";
export { callBackLocation } from "./sso/bridge/oidc/call-back.ts";
export {
  readStatePayload,
  SEALED_STATE_LIFETIME_MS,
  type StatePayload,
  type StateSealer,
  writeStatePayload,
} from "./sso/bridge/oidc/state-payload.ts";
export { readTokenRequest, type TokenStep } from "./sso/bridge/oidc/token-request.ts";
export {
  isBridged,
  type MadeBridgeConfig,
  makeBridgeConfig,
  type MakeBridgeConfigOptions,
} from "./sso/bridge/make-config.ts";
export { peekIssuer } from "./sso/bridge/peek-issuer.ts";
export { type ConnectionTally, createDecisionTally, type DecisionTally } from "./sso/bridge/tally-decisions.ts";
export {
  compileModes,
  type CutoverRecord,
  cutoverRecord,
  NO_MODES,
  readModes,
  withStage,
  type WrittenModes,
} from "./sso/cutover/cutover-record.ts";
export { CUTOVER_STAGES, type CutoverStage, modeOfStage, stageAfter } from "./sso/cutover/cutover-stage.ts";
export {
  type ModeChange,
  type ModeChangePlace,
  type ModeChangeReason,
  readModeChange,
} from "./sso/cutover/mode-change.ts";
export {
  CUTOVER_POLICY,
  type CutoverEvidence,
  type CutoverGate,
  type CutoverPolicy,
  type CutoverStep,
  type GateResult,
  judgeCutover,
} from "./sso/cutover/judge-cutover.ts";
export {
  DNS_PROVIDERS,
  type DnsChange,
  dnsChangeProblem,
  type DnsFile,
  type DnsProvider,
  MOVE_TTL_SECONDS,
} from "./sso/dns/dns-change.ts";
export { emitDnsChange } from "./sso/dns/emit-dns-change.ts";
export { BRIDGE_PACKAGES, bridgePackage, type BridgePackage, type PackageFile } from "./sso/bridge/bridge-package.ts";
