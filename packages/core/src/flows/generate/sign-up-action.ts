import { usage } from "./options.ts";

/**
 * Checks what the console's step "Sign Up / Password" is called.
 *
 * @throws MigrationError `ERR_USAGE` when it is not known.
 */
export function requireSignUpAction(action: string | undefined): string {
  if (action !== undefined && /^[a-z0-9-]{1,80}$/.test(action)) return action;
  throw usage(
    action === undefined
      ? 'the action ID of the step "Sign Up / Password" is not known: no public export shows it'
      : 'the action ID of the step "Sign Up / Password" must be lower-case letters, digits and hyphens',
    "put the step into any flow in the console, export that flow and give it as the template, or name the action ID itself",
  );
}
