import { MigrationError } from "../../errors.ts";
import type { FlowDocument } from "../flow-document.ts";
import { readTemplate } from "../template/read-template.ts";
import type { Identifier } from "./components.ts";

/** What a flow is for. See `docs/flows.md`. */
export const FLOW_KINDS = [
  "jit-password",
  "combined",
  "direct-cognito",
  "reset-password",
  "passwordless",
  "cognito-oidc",
  "token-claims",
] as const;

/** What a flow is for; `docs/flows.md` says which suits whom. */
export type FlowKind = (typeof FLOW_KINDS)[number];

/** The connector that a flow calls. */
export interface FlowConnector {
  /** The name in the project. On import it decides. */
  readonly name: string;
  /** @defaultValue an ID that follows from the name, for a project that will put its own there */
  readonly id?: string | undefined;
}

/** How users sign in without a password. */
export type PasswordlessMethod = "magic-link" | "otp-email" | "otp-sms";

interface CommonOptions {
  /** @defaultValue `cognito-` and the kind */
  readonly flowId?: string | undefined;
  /** @defaultValue a name for the kind */
  readonly name?: string | undefined;
  /** What users type in to say who they are. @defaultValue `email`, or what the template asks for */
  readonly identifier?: Identifier | undefined;
  /** A flow of the project whose screens and steps are kept, with the new steps put in where it signs users in. */
  readonly template?: FlowDocument | undefined;
}

/** Passwords are checked by the gateway, which brings the user into the project: (a) and (f). */
export interface GatewayFlowOptions extends CommonOptions {
  readonly kind: "jit-password" | "combined";
  readonly connector: FlowConnector;
  /** The pool that is asked, where the gateway knows several. @defaultValue all that the gateway knows, in its order */
  readonly userPoolId?: string | undefined;
  /** Path of the gateway's route below the connector's base URL. @defaultValue `/v1/jit/verify` */
  readonly endpoint?: string | undefined;
  /** How long the connector waits for the gateway, 1 to 60 seconds. @defaultValue 10 */
  readonly timeoutSeconds?: number | undefined;
  /**
   * Whether the gateway is asked about login IDs that the project does not know.
   *
   * @defaultValue `verify` for `jit-password`, `refuse` for `combined`, where everybody was imported
   */
  readonly unknownUsers?: "verify" | "refuse" | undefined;
  /** Whether every sign-in by password is followed by a code, or that alone for which the gateway asks. @defaultValue `when-asked` */
  readonly secondFactor?: "when-asked" | "always" | undefined;
}

/** The connector calls Cognito itself, as the migration guide has it: (b). */
export interface DirectFlowOptions extends CommonOptions {
  readonly kind: "direct-cognito";
  readonly connector: FlowConnector;
  /** ID of the app client. It cannot have a secret. */
  readonly clientId: string;
  /**
   * Action ID of the console's step "Sign Up / Password". No public export shows it.
   *
   * @defaultValue learnt from the template, where that has such a step
   */
  readonly signUpAction?: string | undefined;
  /**
   * Whether the project escapes values in the connector's payload as JSON text. As long as it is not known, passwords that
   * would need it take the way for those that cannot be checked.
   *
   * @defaultValue `unknown`
   */
  readonly templateEscaping?: "unknown" | "json" | "raw" | undefined;
  /** How long the connector waits for Cognito, 1 to 60 seconds. @defaultValue 10 */
  readonly timeoutSeconds?: number | undefined;
}

/** Users that were just imported choose a password: (c). */
export interface ResetFlowOptions extends CommonOptions {
  readonly kind: "reset-password";
}

/** Nobody needs a password: (d). */
export interface PasswordlessFlowOptions extends CommonOptions {
  readonly kind: "passwordless";
  /** @defaultValue `magic-link`, or `otp-sms` for phone numbers */
  readonly method?: PasswordlessMethod | undefined;
  /** Whether a login ID that the project does not know becomes a new user. @defaultValue `refuse` */
  readonly unknownUsers?: "refuse" | "sign-up" | undefined;
  /** Whether a passkey is offered after the sign-in. @defaultValue true */
  readonly passkeys?: boolean | undefined;
}

/** Users sign in once at Cognito's own pages, and at Descope from then on: (e). */
export interface OidcFlowOptions extends CommonOptions {
  readonly kind: "cognito-oidc";
  /** ID of the OAuth provider that stands for the pool. @defaultValue `cognito` */
  readonly provider?: string | undefined;
  /** How users sign in afterwards. With `password` they choose one when they come back from Cognito. @defaultValue `magic-link` */
  readonly afterwards?: PasswordlessMethod | "password" | undefined;
}

/** Puts email address and its verification into the session token, for Cognito as the relying party. */
export interface ClaimsFlowOptions extends CommonOptions {
  readonly kind: "token-claims";
  /** How users sign in. @defaultValue `password` */
  readonly method?: PasswordlessMethod | "password" | undefined;
}

/** What a flow is made from. */
export type GenerateFlowOptions =
  | GatewayFlowOptions
  | DirectFlowOptions
  | ResetFlowOptions
  | PasswordlessFlowOptions
  | OidcFlowOptions
  | ClaimsFlowOptions;

/** Options of any kind with what all have filled in. */
export type Resolved<Options extends GenerateFlowOptions> = Options & {
  readonly flowId: string;
  readonly identifier: Identifier;
};

const FLOW_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/**
 * Checks options, and fills in what every kind has.
 *
 * @throws MigrationError `ERR_USAGE` naming the option.
 */
export function resolveFlowOptions<Options extends GenerateFlowOptions>(options: Options): Resolved<Options> {
  const { kind, flowId = `cognito-${kind}`, template, identifier } = options;
  if (!FLOW_ID.test(flowId))
    throw usage("the flow ID must be 1 to 64 letters, digits, hyphens and underscores", "choose another flow ID");
  if ("connector" in options && options.connector.name.trim() === "")
    throw usage(`a flow of the kind ${kind} calls a connector, which needs a name`, "name the connector");
  if ("timeoutSeconds" in options && options.timeoutSeconds !== undefined) {
    const { timeoutSeconds: seconds } = options;
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > 60)
      throw usage("the connector's time-out must be 1 to 60 seconds", "choose a whole number");
  }
  if ("userPoolId" in options && options.userPoolId !== undefined && !/^[\w-]{1,55}$/.test(options.userPoolId))
    throw usage("the user pool ID must look like eu-west-1_AbCdEf123", "copy it from the pool's page");
  if (options.kind === "direct-cognito" && !/^[\w+]{1,128}$/.test(options.clientId))
    throw usage("the app client ID must be up to 128 letters and digits", "copy it from the app client's page");
  return {
    ...options,
    flowId,
    identifier: identifier ?? (template === undefined ? "email" : readTemplate(template).identifier),
  };
}

/** The error for options that do not go together. */
export function usage(message: string, suggestion: string): MigrationError {
  return new MigrationError("ERR_USAGE", message, { suggestion });
}
