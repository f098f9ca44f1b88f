/** Behaviours that AWS does not document: each is an option with a closed set of values, the first being the default. */

/** How the service behaves where no document says. */
export interface CognitoVariants {
  /** Whether "User is disabled." and "User is not confirmed." come after a right password only, or whatever it is. */
  readonly statusCheck: "after-password" | "before-password";
  /** Whether a temporary password is dead after one sign-in that did not set a new one. */
  readonly temporaryPassword: "once" | "until-changed";
}

/** Every option: its values, default first, and what speaks for the default. */
export const cognitoVariantOptions: {
  readonly [Name in keyof CognitoVariants]: {
    readonly values: readonly [CognitoVariants[Name], ...CognitoVariants[Name][]];
    readonly evidence: string;
  };
} = {
  statusCheck: {
    values: ["after-password", "before-password"],
    evidence: "none published; the safer order, as it tells strangers nothing about an account",
  },
  temporaryPassword: {
    values: ["once", "until-changed"],
    evidence: "the API reference of AdminCreateUser says that a temporary password can be used only once",
  },
};

/** The documented or likeliest behaviour. */
export const defaultCognitoVariants: CognitoVariants = { statusCheck: "after-password", temporaryPassword: "once" };

/** Sets of variants, each with one behaviour off its default, the defaults first. */
export function cognitoVariants(): readonly { readonly name: string; readonly variants: CognitoVariants }[] {
  const others = Object.entries(cognitoVariantOptions).flatMap(([option, { values }]) =>
    values.slice(1).map((value) => ({
      name: `${option}=${value}`,
      variants: { ...defaultCognitoVariants, [option]: value },
    })),
  );
  return [{ name: "defaults", variants: defaultCognitoVariants }, ...others];
}
