/** How passwords reach Cognito: through the gateway, or from Descope's connector straight to it. */
export type PasswordRoute = "gateway" | "direct";

/** By which right a password is checked: everybody's (`InitiateAuth`), or an IAM role's (`AdminInitiateAuth`). */
export type CheckFlow = "public" | "admin";

/** Cognito's name of the flow that an app client must allow. */
export const AUTH_FLOWS: Readonly<Record<CheckFlow, string>> = {
  public: "ALLOW_USER_PASSWORD_AUTH",
  admin: "ALLOW_ADMIN_USER_PASSWORD_AUTH",
};

/** The same from before 2019, on clients whose flows have no `ALLOW_`. */
export const LEGACY_AUTH_FLOWS: Readonly<Record<CheckFlow, string>> = {
  public: "USER_PASSWORD_AUTH",
  admin: "ADMIN_NO_SRP_AUTH",
};

/** Name of the app client that is made for the check. Nothing else marks it: clients carry no tags. */
export const DEFAULT_CLIENT_NAME = "cognito-to-descope-jit";

/** Name of the connector that a flow calls. */
export const DEFAULT_CONNECTOR_NAME = "cognito-to-descope-jit";
