import type { JsonObject } from "../json.ts";

/** One component of a screen. */
export interface Component {
  /** Unique on its screen. Of a button it is the interaction, too. */
  readonly id: string;
  readonly resolvedName: string;
  readonly displayName: string;
  readonly props: JsonObject;
  readonly custom?: JsonObject;
  /** The field that an input fills in. */
  readonly input?: string;
  /** What a button, or an input that submits itself, is listed as. */
  readonly interaction?: JsonObject;
}

const MISSING = { "data-errormessage-value-missing": "Please fill out this field." };

/** A heading or a paragraph. */
export function text(id: string, children: string, variant: "subtitle1" | "subtitle2" | "body1"): Component {
  return {
    id,
    resolvedName: "Text",
    displayName: "Text",
    props: { children, "full-width": false, italic: false, mode: "primary", "text-align": "center", variant },
  };
}

/** A button. The first of a screen is filled, others look like links. */
export function button(id: string, label: string, look: "contained" | "link" = "contained"): Component {
  return {
    id,
    resolvedName: "Button",
    displayName: "Button",
    props: {
      children: label,
      color: "primary",
      "data-type": "button",
      // What only leads on does not need the fields filled in.
      formNoValidate: look === "link",
      "full-width": true,
      size: "md",
      variant: look,
    },
    custom: { type: "button" },
    interaction: { id, label, type: "button" },
  };
}

/** Where the service says what went wrong. */
export const errorMessage: Component = {
  id: "error",
  resolvedName: "ErrorMessage",
  displayName: "Error Message",
  props: {
    "data-type": "error-message",
    "full-width": false,
    "hide-when-empty": true,
    italic: false,
    mode: "error",
    "text-align": "center",
    variant: "body1",
  },
};

/** By what a user is known: an email address, a phone number, or whatever login ID it has. */
export type Identifier = "email" | "phone" | "login-id";

/** A component that fills a field in. */
export type InputComponent = Component & { readonly input: string };

/** What a user is known by on the first screen. */
export const IDENTIFIERS: Readonly<Record<Identifier, InputComponent>> = {
  email: {
    id: "email",
    resolvedName: "EmailInput",
    displayName: "Email Input",
    input: "email",
    props: {
      ...MISSING,
      bordered: true,
      "full-width": true,
      label: "Email address",
      max: 100,
      name: "email",
      placeholder: "",
      required: true,
      size: "md",
      type: "email",
    },
    custom: { type: "input" },
  },
  phone: {
    id: "phone",
    resolvedName: "Phone",
    displayName: "Phone Input",
    input: "phone",
    props: {
      ...MISSING,
      bordered: true,
      "default-code": "autoDetect",
      "full-width": true,
      label: "Phone number",
      name: "phone",
      required: true,
      size: "md",
      type: "tel",
      variant: "countrySelection",
    },
    custom: { type: "input" },
  },
  "login-id": {
    id: "loginId",
    resolvedName: "CustomIdentifierInput",
    displayName: "Custom Login ID Input",
    input: "externalId",
    props: {
      ...MISSING,
      bordered: true,
      "full-width": true,
      label: "User name",
      max: 128,
      name: "externalId",
      placeholder: "",
      required: true,
      size: "md",
      type: "text",
    },
    custom: { type: "input" },
  },
};

/** The password that a user has. */
export const password: Component = {
  id: "password",
  resolvedName: "Password",
  displayName: "Login Password",
  input: "password",
  props: {
    ...MISSING,
    autocomplete: "current-password",
    bordered: true,
    "full-width": true,
    label: "Password",
    name: "password",
    placeholder: "",
    required: true,
    size: "md",
    type: "password",
  },
};

/** A password that a user chooses. It is checked against the project's policy while it is typed. */
export const newPassword: Component = {
  id: "newPassword",
  resolvedName: "NewPassword",
  displayName: "New Password",
  input: "newPassword",
  props: {
    ...MISSING,
    "active-policies": [],
    autocomplete: "new-password",
    bordered: true,
    "confirm-label": "Confirm password",
    "full-width": true,
    "has-confirm": true,
    "has-validation": true,
    name: "newPassword",
    "password-label": "New password",
    "policy-label": "Your password must have at least:",
    required: true,
    size: "md",
  },
  custom: { type: "input" },
};

/** A code of six digits. It submits itself when it is complete. */
export const code: Component = {
  id: "oneTimeCodeId",
  resolvedName: "CodeInput",
  displayName: "One Time Code",
  input: "code",
  props: {
    ...MISSING,
    bordered: true,
    "data-auto-submit": true,
    "data-errormessage-pattern-mismatch": "Must be a 6 digit number",
    digits: 6,
    "full-width": false,
    name: "code",
    required: true,
    size: "lg",
    type: "tel",
  },
  custom: { type: "oneTimeCode" },
  interaction: { id: "oneTimeCodeId", label: "Submit code" },
};

/** Asks for news until the user has followed a link somewhere else. */
export const polling: Component = {
  id: "poll",
  resolvedName: "PollingLoader",
  displayName: "Polling Loader",
  props: { color: "primary", "data-type": "polling", size: "md", variant: "linear" },
  custom: { type: "polling" },
  interaction: { id: "polling", label: "Polling" },
};

/** Sets a passkey up. */
export const addPasskey: Component = {
  id: "addPasskey",
  resolvedName: "BiometricsButton",
  displayName: "Biometrics Button",
  props: {
    "auto-submit": true,
    children: "Add a passkey",
    color: "primary",
    "data-type": "biometrics",
    formNoValidate: false,
    "full-width": true,
    mode: "primary",
    size: "md",
    startIcon: "passkey",
    startIconColorText: true,
    variant: "contained",
  },
  custom: { type: "button" },
  interaction: { id: "addPasskey", label: "Add a passkey", type: "button", icon: "passkey" },
};
