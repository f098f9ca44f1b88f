import { usageError } from "../errors.ts";

/** Options of `c2d jit setup`, as they are given. */
export interface SetupOptions {
  readonly gateway?: string;
  readonly direct?: boolean;
  readonly auth?: "public" | "admin";
  readonly userPoolId?: string;
  readonly clientName?: string;
  /** False with `--no-secret`. */
  readonly secret: boolean;
  readonly client?: string;
  readonly editClient?: string;
  readonly connectorName?: string;
  readonly connectorId?: string;
  readonly connectorByHand?: boolean;
  readonly flowKind?: "jit-password" | "combined";
  readonly flowId?: string;
  readonly template?: string;
  readonly signUpAction?: string;
  readonly replaceFlow?: boolean;
  readonly rotate?: boolean;
  readonly output?: string;
  readonly byHand?: boolean;
  readonly dryRun?: boolean;
  readonly undo?: boolean;
}

/** Names of app clients, by Cognito's service model. */
const CLIENT_NAME = /^[\w\s+=,.@-]{1,128}$/;

/**
 * Refuses options that do not go together.
 *
 * @throws MigrationError `ERR_USAGE`.
 */
export function checkSetupOptions(options: SetupOptions): void {
  const { gateway, direct = false, clientName } = options;
  if (options.undo === true) return;
  if (gateway === undefined && !direct) {
    throw usageError(
      "it is not said who checks passwords",
      "name the gateway with --gateway https://…, or let the connector call Cognito with --direct",
    );
  }
  if (options.byHand === true && options.output === undefined) {
    throw usageError("--by-hand leaves nothing to go by", "name a directory for steps and files with --output");
  }
  if (direct && options.auth === "admin") {
    throw usageError("--auth admin needs the gateway", "a connector that calls Cognito itself has no IAM rights");
  }
  if (direct && options.flowKind !== undefined) {
    throw usageError("--flow-kind has no meaning with --direct", "leave it out");
  }
  if (!direct && options.signUpAction !== undefined) {
    throw usageError("--sign-up-action has a meaning with --direct only", "leave it out: the gateway makes the user");
  }
  if (direct && options.rotate === true) throw usageError("there are no secrets with --direct", "leave --rotate out");
  if (clientName !== undefined && !CLIENT_NAME.test(clientName)) {
    throw usageError(
      "the name of an app client has up to 128 letters, digits, spaces and _+=,.@-",
      "choose another --client-name",
    );
  }
}
