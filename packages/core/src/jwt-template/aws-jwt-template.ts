import type { JwtTemplate } from "../ports/jwt-templates.ts";

/** By this tag a template is known to be ours. */
export const JWT_TEMPLATE_TAG = "cognito-to-descope";

const DEFAULT_NAME = "cognito-to-descope";

/** Where the import keeps the Cognito `sub` of a user. */
const COGNITO_SUB = "{{user.customAttributes.cognitoSub}}";

/** Settings that decide the issuer: taken from the service's own template for AWS, where there is one. */
const ISSUER_SETTINGS = ["conformanceIssuer", "enforceIssuer", "issuerType"] as const;

/** What the template is made from. */
export interface AwsJwtTemplateOptions {
  readonly projectId: string;
  /** @defaultValue `cognito-to-descope` */
  readonly name?: string | undefined;
  /** The `aud` of the tokens. @defaultValue the project ID */
  readonly audience?: string | undefined;
  /**
   * Whose ID is the `sub` of the tokens. With `cognito` back ends keep their keys, and Descope's user ID moves to `dsub`.
   *
   * @defaultValue `descope`
   */
  readonly subject?: "descope" | "cognito" | undefined;
  /** The service's own template for AWS. */
  readonly base?: JwtTemplate | undefined;
}

/**
 * The JWT template with which AWS accepts Descope's session tokens and back ends find the Cognito `sub` in them.
 *
 * The issuer becomes an https URL with a discovery document, the audience is there, and refresh tokens go without it: an
 * authorizer that looks at issuer and audience alone refuses them.
 */
export function awsJwtTemplate(options: AwsJwtTemplateOptions): JwtTemplate {
  const { projectId, name = DEFAULT_NAME, audience = projectId, subject = "descope", base } = options;
  const issuer = Object.fromEntries(
    ISSUER_SETTINGS.flatMap((setting) => (isSet(base?.[setting]) ? [[setting, base?.[setting]]] : [])),
  );
  return {
    name,
    description: "Session tokens that AWS accepts, with the Cognito sub of migrated users. Kept by c2d.",
    type: "user",
    tags: [JWT_TEMPLATE_TAG],
    conformanceIssuer: true,
    ...issuer,
    // A user who was never in Cognito has no such claim, rather than an empty one.
    emptyClaimPolicy: "delete",
    overrideSubject: subject === "cognito",
    omitCustomClaimsFromDSR: true,
    template: {
      ...base?.template,
      aud: audience,
      cognitoSub: COGNITO_SUB,
      ...(subject === "cognito" ? { sub: COGNITO_SUB } : {}),
    },
  };
}

/** The service's own template for AWS, among those of its library. */
export function findAwsTemplate(library: readonly JwtTemplate[]): JwtTemplate | undefined {
  return library.find(({ name }) => /\baws\b.*\bgateway\b/i.test(name));
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
