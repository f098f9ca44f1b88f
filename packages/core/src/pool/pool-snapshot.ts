/** Everything about a user pool but its users, read at one time. Holds no secret. */
export interface PoolSnapshot {
  readonly userPoolId: string;
  readonly name: string;
  readonly region: string;
  /** Cognito's own estimate; not a count. */
  readonly estimatedUsers: number;
  /** Custom and standard attributes. Custom names carry their `custom:` or `dev:custom:` prefix. */
  readonly schema: readonly SchemaAttribute[];
  /** What signs in instead of a username: `email`, `phone_number`. Excludes {@link aliasAttributes}. */
  readonly usernameAttributes: readonly string[];
  /** What signs in beside the username, once verified: `email`, `phone_number`, `preferred_username`. */
  readonly aliasAttributes: readonly string[];
  /** Whether `Bob` and `bob` are two usernames. */
  readonly caseSensitive: boolean;
  readonly mfa: PoolMfa;
  readonly passwordPolicy: PasswordPolicy;
  /** How far the pool sees to it that an address is its owner's; absent where that was not read. */
  readonly verification?: PoolVerification;
  /** Lambda triggers by Cognito's names (`PreSignUp`, `UserMigration`, …) with the function's ARN. */
  readonly triggers: Readonly<Record<string, string>>;
  /** `LITE`, `ESSENTIALS`, `PLUS`; empty when the pool did not say. */
  readonly tier: string;
  /** Prefix of the `…auth.<region>.amazoncognito.com` domain. */
  readonly domain?: string;
  /** A domain of the customer's own. */
  readonly customDomain?: string;
  readonly appClients: readonly AppClient[];
  readonly identityProviders: readonly IdentityProvider[];
  readonly groups: readonly PoolGroup[];
}

/** One attribute of the pool's schema. */
export interface SchemaAttribute {
  readonly name: string;
  /** `String`, `Number`, `DateTime`, `Boolean`. */
  readonly type: string;
  readonly required: boolean;
  readonly mutable: boolean;
}

/** Which second factors the pool offers. What a single user enrolled is not in here. */
export interface PoolMfa {
  /** `OFF`, `OPTIONAL`, `ON`. */
  readonly configuration: string;
  readonly sms: boolean;
  readonly totp: boolean;
  readonly email: boolean;
  /** Passkeys are set up for the pool (a relying party is configured). */
  readonly passkeys: boolean;
}

/** Attributes (`email`, `phone_number`) that a user must prove. */
export interface PoolVerification {
  /** Proved by a code at sign-up. */
  readonly atSignUp: readonly string[];
  /** Proved by a code before a change of them takes effect; others are changed first and proved later. */
  readonly beforeUpdate: readonly string[];
}

/** What a password must have. Lengths in characters. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requireLowercase: boolean;
  readonly requireUppercase: boolean;
  readonly requireNumbers: boolean;
  readonly requireSymbols: boolean;
}

/** One app client, without its secret. */
export interface AppClient {
  readonly clientId: string;
  readonly name: string;
  readonly hasSecret: boolean;
  /** `ALLOW_USER_PASSWORD_AUTH`, `ALLOW_USER_SRP_AUTH`, … */
  readonly authFlows: readonly string[];
  readonly callbackUrls: readonly string[];
  /** `code`, `implicit`, `client_credentials`. */
  readonly oauthFlows: readonly string[];
  readonly identityProviders: readonly string[];
  /** Refresh token validity in seconds. */
  readonly refreshTokenSeconds: number;
}

/** One external identity provider, without its secrets. */
export interface IdentityProvider {
  readonly name: string;
  /** `SAML`, `OIDC`, `Google`, `Facebook`, `LoginWithAmazon`, `SignInWithApple`. */
  readonly type: string;
  readonly identifiers: readonly string[];
  /** Provider details as Cognito gives them, secrets and private keys removed. */
  readonly details: Readonly<Record<string, string>>;
  /** Key: pool attribute; value: the provider's claim or assertion name. */
  readonly attributeMapping: Readonly<Record<string, string>>;
}

/** One group. */
export interface PoolGroup {
  readonly name: string;
  readonly description: string;
  /** Lower wins; absent when the group has none. */
  readonly precedence?: number;
  /** IAM role offered to members. */
  readonly roleArn?: string;
}
