import type { Mode } from "./options.ts";
import type { Provider } from "./principal.ts";

/** Which providers each mode accepts. */
export const ACCEPTED: Readonly<Record<Mode, Readonly<Record<Provider, boolean>>>> = {
  "cognito-only": { cognito: true, descope: false },
  dual: { cognito: true, descope: true },
  "descope-preferred": { cognito: true, descope: true },
  "descope-only": { cognito: false, descope: true },
};
