/** A SAML identity provider for tests, made with samlify. */

import { randomBytes } from "node:crypto";

import * as samlify from "samlify";

import { makeCertificate } from "./self-signed-certificate.ts";

// The assertions are the subject here; a schema of their XML is not.
samlify.setSchemaValidator({ validate: () => Promise.resolve("not validated") });

const template = {
  context:
    '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{ID}" Version="2.0" IssueInstant="{IssueInstant}" Destination="{Destination}"{InResponse}>' +
    '<saml:Issuer>{Issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>' +
    '<saml:Assertion ID="{AssertionID}" Version="2.0" IssueInstant="{IssueInstant}"><saml:Issuer>{Issuer}</saml:Issuer>' +
    '<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">{NameID}</saml:NameID>' +
    '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{NotOnOrAfter}" Recipient="{Destination}"{InResponse}/></saml:SubjectConfirmation></saml:Subject>' +
    '<saml:Conditions NotBefore="{NotBefore}" NotOnOrAfter="{NotOnOrAfter}"><saml:AudienceRestriction><saml:Audience>{Audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>' +
    '<saml:AttributeStatement><saml:Attribute Name="mail"><saml:AttributeValue>{NameID}</saml:AttributeValue></saml:Attribute><saml:Attribute Name="fullName"><saml:AttributeValue>Ana Example</saml:AttributeValue></saml:Attribute>' +
    '<saml:Attribute Name="memberOf"><saml:AttributeValue>staff</saml:AttributeValue><saml:AttributeValue>people</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>' +
    "</saml:Assertion></samlp:Response>",
};

export const idpEntityId = "https://idp.example/metadata";
export const idpUrl = "https://idp.example/sso";

/** What a response says; everything has a right value when left out. */
export interface ResponseOptions {
  readonly acsUrl: string;
  readonly audience: string;
  readonly inResponseTo?: string;
  readonly email?: string;
  /** Milliseconds from now until the assertion ends. */
  readonly lifetimeMs?: number;
  readonly issuer?: string;
}

/** A provider of one's own. */
export interface SamlIdpOptions {
  readonly entityId?: string;
  readonly url?: string;
  /** Has a second certificate in its metadata, to go over to. */
  readonly rotates?: boolean;
}

export interface SamlIdp {
  readonly certificate: string;
  /** Signs with its second key from now on. */
  rotate(): void;
  /** Metadata of the provider. */
  metadata(): string;
  /** A signed response in base64, as browsers post it. */
  respond(options: ResponseOptions): Promise<string>;
}

export function createSamlIdp(own: SamlIdpOptions = {}): SamlIdp {
  const { entityId = idpEntityId, url = idpUrl, rotates = false } = own;
  const keys = makeCertificate("idp.example");
  const next = rotates ? makeCertificate("idp.example") : undefined;
  const provider = (privateKey: string, signingCert: string | string[]): ReturnType<typeof samlify.IdentityProvider> =>
    samlify.IdentityProvider({
      entityID: entityId,
      privateKey,
      signingCert,
      requestSignatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
      singleSignOnService: [{ Binding: samlify.Constants.namespace.binding.redirect, Location: url }],
      singleLogoutService: [{ Binding: samlify.Constants.namespace.binding.redirect, Location: `${url}/logout` }],
      loginResponseTemplate: { context: template.context, attributes: [] },
    });
  let idp = provider(keys.privateKey, keys.certificate);
  return {
    certificate: keys.certificate,
    metadata: () =>
      next === undefined
        ? idp.getMetadata()
        : provider(keys.privateKey, [keys.certificate, next.certificate]).getMetadata(),
    rotate: () => {
      if (next !== undefined) idp = provider(next.privateKey, next.certificate);
    },
    respond: async (options) => {
      const sp = samlify.ServiceProvider({
        entityID: options.audience,
        wantAssertionsSigned: true,
        assertionConsumerService: [{ Binding: samlify.Constants.namespace.binding.post, Location: options.acsUrl }],
      });
      const now = Date.now();
      const until = now + (options.lifetimeMs ?? 300_000);
      const id = (): string => `_${randomBytes(12).toString("hex")}`;
      const values: Readonly<Record<string, string>> = {
        ID: id(),
        AssertionID: id(),
        IssueInstant: new Date(now).toISOString(),
        NotBefore: new Date(Math.min(now, until) - 60_000).toISOString(),
        NotOnOrAfter: new Date(until).toISOString(),
        Destination: options.acsUrl,
        Audience: options.audience,
        Issuer: options.issuer ?? entityId,
        NameID: options.email ?? "ana@acme.example",
        InResponse: options.inResponseTo === undefined ? "" : ` InResponseTo="${options.inResponseTo}"`,
      };
      const { context } = await idp.createLoginResponse(
        sp,
        { extract: { request: { id: options.inResponseTo ?? "" } } },
        "post",
        { email: values["NameID"] ?? "" },
        {
          customTagReplacement: (text: string) => ({
            id: values["ID"] ?? "",
            context: text.replaceAll(/\{(\w+)\}/g, (_tag, key: string) => values[key] ?? ""),
          }),
        },
      );
      return context;
    },
  };
}
