import {
  type BridgeConfig,
  compileBridgeConfig,
  MigrationError,
  type WrittenBridgeConfig,
} from "@cognito-to-descope/core";
import { z } from "zod";

const text: z.ZodString = z.string().max(8192);
const texts = z.array(text).max(10_000);

/** The shape of the config file. What it must mean beyond that, the core says. */
const SHAPE: z.ZodType<WrittenBridgeConfig> = z.object({
  version: z.literal(1, "is of another version: write it anew with c2d sso bridge config"),
  projectId: text,
  descopeBaseUrl: text,
  hosts: z.array(
    z.object({
      host: text,
      userPoolId: text,
      upstream: text,
      connections: z.array(
        z.object({
          userPoolId: text,
          name: text,
          protocol: z.enum(["saml", "oidc", "social"]),
          class: z.enum(["A", "B", "C", "D", "E", "F", "G"]),
          identifiers: texts,
          domains: texts,
          idpEntityIds: texts,
          serviceProvider: z.object({ acsUrl: text, entityId: text }).exactOptional(),
          upstream: z
            .object({
              issuer: text,
              clientId: text,
              authorizeUrl: text,
              tokenUrl: text,
              userInfoUrl: text,
              jwksUrl: text,
              scopes: texts,
              redirectUrl: text,
            })
            .exactOptional(),
          tenantId: text,
          ssoId: text,
        }),
      ),
      appClients: z.array(z.object({ clientId: text, callbackUrls: texts })),
      oidcRedirectUrls: texts,
      upstreamClient: text.exactOptional(),
    }),
  ),
});

/**
 * Reads the text of a bridge's config file.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` saying what is wrong and where, without the values.
 */
export function parseBridgeConfig(json: string): BridgeConfig {
  return compileBridgeConfig(parseWrittenBridgeConfig(json));
}

/** The same, as it is written. */
export function parseWrittenBridgeConfig(json: string): WrittenBridgeConfig {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw invalid("is no JSON", "write it anew with c2d sso bridge config", error);
  }
  const parsed = SHAPE.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, 20).map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw invalid("does not have the shape of one", problems.join("\n"));
}

function invalid(what: string, suggestion: string, cause?: unknown): MigrationError {
  return new MigrationError("ERR_CONFIG_INVALID", `the bridge's config ${what}`, { suggestion, cause });
}
