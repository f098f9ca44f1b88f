/** A certificate that nobody has the key of, good from 2020 to 2049. */
const CERTIFICATE =
  "MIICoDCCAYgCAQEwDQYJKoZIhvcNAQELBQAwFjEUMBIGA1UEAwwLaWRwLmV4YW1wbGUwHhcNMjAwMTAxMDAwMDAwWhcNNDkxMjMxMDAwMDAwWj" +
  "AWMRQwEgYDVQQDDAtpZHAuZXhhbXBsZTCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAOoBVpBRwGTxW4E8rDXbtA1B3i7d9f8LDTlZ" +
  "Cga8mcreZyhODhJMbb1zxmQ8tTNk18Di1+SQq9pgPz2H+uQKEzaAQBKmZcvEAkZgUzNa2qmXUIqscKUcQNCJwzu3NgvGwcu9HZO6j1ElHxoSc6" +
  "DBEbN05G2NVhz7I+Rpej9AnHK4foVJzs3HCBE7OuECiRmKRcMg2rp4XCEnxvb2iLjVe+h5bu1diYGNYe9tGFMmE5J981tIINiH8Vm4ITyO1ihP" +
  "zRv7UnHI2hbqwD0ZpfcudKO7pB7wsXIyPXcCXBSxb+sBw70VDSgwy4A0tx5wM641IuFogP8kG6qqNQxpDlt5JBkCAwEAATANBgkqhkiG9w0BAQ" +
  "sFAAOCAQEAbSPMYGCsP4vFXZXq9Z55tLB6roBGk6p4zPOVCbXFaGvBMe/HgVl2U0jvMY+D/Azn/+UWmCCjlP1WKhxkddtsMvfX0VtzNDDHWDIS" +
  "gXWLRwtFSGZ1u8BZB9xX+4frdBeeFVP+IzcS1wtbT4WlJ0eksGwUIl1GMDYeFE1L0sCxxiX38garK61Oj5MbVMky8NodirrGzMFjzJ/Wj/1xUe" +
  "x3SrNEVuOZyRr6pmW5u8yMwJdStGfiw+n4QX0OxtZfkPpeWEruSZgyur6tjN8QHUxmfRHxpsrCihVTotlVM/JrTNE15ZMIc5l/zizJTyTequSm" +
  "MZOCC8PT2DwPcSnjww4VPQ==";

/** Metadata of a SAML provider as its administrator sends it: a connection that was set up from a file. */
export function sampleMetadata(origin: string): string {
  return [
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${origin}/entity">`,
    '<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">',
    '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>',
    `<ds:X509Certificate>${CERTIFICATE}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
    `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${origin}/sso"/>`,
    "</md:IDPSSODescriptor></md:EntityDescriptor>",
  ].join("");
}
