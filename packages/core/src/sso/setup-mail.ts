import type { ConnectionClass, ConnectionProtocol } from "./connection.ts";
import type { IdentityVendor } from "./identity-vendor.ts";

/** What a text for an administrator is made from. */
export interface SetupMailOptions {
  readonly vendor: IdentityVendor;
  readonly protocol: Exclude<ConnectionProtocol, "social">;
  readonly class: ConnectionClass;
  /** The customer, as the tenant is called. */
  readonly tenantName: string;
  /** Name of the product that the customer signs in to. */
  readonly product: string;
  /** The set-up link. Whoever has it can set SSO up for the tenant. */
  readonly link: string;
  /** What the provider is to send responses to from now on. Absent where it stays. */
  readonly acsUrl?: string | undefined;
  /** What the provider knows the product by. */
  readonly entityId?: string | undefined;
}

/** A ready e-mail, without salutation and signature. */
export interface SetupMail {
  readonly subject: string;
  readonly body: string;
}

/** Names of the vendors' products, as their administrators know them. */
export const VENDOR_NAMES: Readonly<Record<IdentityVendor, string>> = {
  okta: "Okta",
  "entra-id": "Microsoft Entra ID",
  "google-workspace": "Google Workspace",
  adfs: "AD FS",
  ping: "Ping Identity",
  onelogin: "OneLogin",
  jumpcloud: "JumpCloud",
  other: "your identity provider",
};

/**
 * Where an administrator finds the application and its fields. From the vendors' public guides; menus are renamed now and
 * then, so each step says what is looked for as well.
 */
const PLACES: Readonly<
  Record<
    IdentityVendor,
    { readonly application: string; readonly acs: string; readonly encryption: string; readonly redirect: string }
  >
> = {
  okta: {
    application: "In the Okta Admin Console open Applications > Applications, and there the application for {product}.",
    acs: 'On the tab General edit "SAML Settings" and replace "Single sign-on URL"',
    encryption: 'In "SAML Settings" show the advanced settings and set "Assertion Encryption" to "Unencrypted"',
    redirect: 'On the tab General add to "Sign-in redirect URIs"',
  },
  "entra-id": {
    application:
      "In the Microsoft Entra admin center open Enterprise applications, and there the application for {product}.",
    acs: 'Under "Single sign-on" edit "Basic SAML Configuration" and replace "Reply URL (Assertion Consumer Service URL)"',
    encryption: 'Under "Token encryption" deactivate the certificate',
    redirect: 'In its app registration, under "Authentication", add a redirect URI of the platform "Web"',
  },
  "google-workspace": {
    application: "In the Google Admin console open Apps > Web and mobile apps, and there the app for {product}.",
    acs: 'Under "Service provider details" replace "ACS URL"',
    encryption: "Google Workspace does not encrypt assertions: tell us if you see a setting of the kind",
    redirect: 'In the OAuth client of the Google Cloud project add to "Authorized redirect URIs"',
  },
  adfs: {
    application: "In AD FS Management open Relying Party Trusts, and there the properties of the trust for {product}.",
    acs: 'On the tab "Endpoints" replace the trusted URL of the SAML assertion consumer endpoint',
    encryption: 'On the tab "Encryption" remove the certificate',
    redirect: "In its application group add to the redirect URIs of the server application",
  },
  ping: {
    application: "In the Ping administration console open Applications, and there the application for {product}.",
    acs: 'On the tab "Configuration" replace "ACS URLs"',
    encryption: 'On the tab "Configuration" switch "Enable encryption" off',
    redirect: 'On the tab "Configuration" add to "Redirect URIs"',
  },
  onelogin: {
    application: "In the OneLogin administration open Applications, and there the application for {product}.",
    acs: 'Under "Configuration" replace "ACS (Consumer) URL" and "ACS (Consumer) URL Validator"',
    encryption: 'Under "Configuration" switch "Encrypt assertion" off',
    redirect: 'Under "Configuration" add to "Redirect URIs"',
  },
  jumpcloud: {
    application: "In the JumpCloud admin portal open SSO Applications, and there the application for {product}.",
    acs: 'On the tab "SSO" replace "ACS URLs"',
    encryption: 'On the tab "SSO" remove the certificate for assertion encryption',
    redirect: 'On the tab "SSO" add to "Redirect URIs"',
  },
  other: {
    application: "Open the application for {product} at your identity provider.",
    acs: "Replace the address that responses are posted to (ACS URL)",
    encryption: "Switch the encryption of assertions off",
    redirect: "Add a redirect URI",
  },
};

/** Whether the administrator has to change anything, or may only look. */
export function needsChange(options: Pick<SetupMailOptions, "class" | "acsUrl">): boolean {
  return options.class === "C" || options.class === "D" || options.acsUrl !== undefined;
}

/** Writes the e-mail for the administrator of a customer's identity provider. */
export function setupMail(options: SetupMailOptions): SetupMail {
  const { vendor, product, tenantName, link, acsUrl, entityId } = options;
  const places = PLACES[vendor];
  const steps = [places.application.replace("{product}", product)];
  if (options.class === "D") steps.push(`${places.encryption}, and save.`);
  if (options.class === "C") {
    steps.push(
      "If it takes signed requests only, replace the certificate that they are verified with by the one that the link below shows.",
    );
  }
  if (acsUrl !== undefined) {
    steps.push(options.protocol === "saml" ? `${places.acs} by ${acsUrl}` : `${places.redirect}: ${acsUrl}`);
  }
  if (options.protocol === "saml" && entityId !== undefined && entityId !== "") {
    steps.push(`Leave the entity ID (audience) as it is: ${entityId}`);
  }
  steps.push(`Check the settings and test the sign-in with this link, which is for you alone: ${link}`);
  const changes = needsChange(options);
  return {
    subject: `Single sign-on of ${tenantName} to ${product}: ${changes ? `one change in ${VENDOR_NAMES[vendor]}` : "a test before we move it"}`,
    body: [
      `We are moving the sign-in of ${product} to a new identity service. Your users keep their accounts, and your identity provider stays the one that they sign in with.`,
      changes
        ? `For ${tenantName} one change in ${VENDOR_NAMES[vendor]} is needed:`
        : `For ${tenantName} nothing has to change in ${VENDOR_NAMES[vendor]}. If you like, make sure before we move it:`,
      ...steps.map((step, index) => `${index + 1}. ${step}`),
      "Please tell us when it is done. Until then sign-ins work as before.",
    ].join("\n\n"),
  };
}
