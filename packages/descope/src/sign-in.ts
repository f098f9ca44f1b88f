import { hasCode, MigrationError } from "@cognito-to-descope/core";
import type { AbortableOptions, NewProjectUser, SignedIn, SignInMethod } from "@cognito-to-descope/core";
import { translateFailure, vendorCodeOf } from "./errors.ts";
import type { DescopeSdk, ManagementClient } from "./management-client.ts";
import { loadUser } from "./load-user.ts";
import { removeTestUser } from "./remove-test-user.ts";
import { toWireUser } from "./wire-user.ts";

const SIGN_IN = "POST /v1/mgmt/auth/signin";

/** Where the magic link of a test user would lead. Nobody follows it: only its token is used. */
const TEST_LINK_TARGET = "https://localhost/";

/** Signs a user in by the management API and verifies the session token. */
export async function signIn(client: ManagementClient, loginId: string, options: AbortableOptions): Promise<SignedIn> {
  try {
    const session = await client.call<unknown>(SIGN_IN, (sdk) => sdk.management.jwt.signIn(loginId), options);
    return await verifySession(client, session, options);
  } catch (error) {
    throw await explainRefusal(client, error, loginId, options);
  }
}

/**
 * A sign-in of a user who may not sign in can be answered like one with a wrong key. The key is what it is for other
 * calls too, so such a call tells the two apart.
 */
async function explainRefusal(
  client: ManagementClient,
  error: unknown,
  loginId: string,
  options: AbortableOptions,
): Promise<unknown> {
  if (!hasCode(error, "ERR_TARGET_UNAUTHORIZED")) return error;
  try {
    await loadUser(client, loginId, options);
  } catch {
    return error;
  }
  return refusedSignIn(error);
}

function refusedSignIn(error: MigrationError): MigrationError {
  const { status, vendorCode } = error;
  return new MigrationError("ERR_TARGET_REFUSED", "the sign-in was refused", {
    ...(status === undefined ? {} : { status }),
    ...(vendorCode === undefined ? {} : { vendorCode }),
  });
}

/** Creates a test user, signs it in by code or link, verifies the session token, and removes the user in any case. */
export async function signInTestUser(
  client: ManagementClient,
  user: NewProjectUser,
  method: Exclude<SignInMethod, "management">,
  options: AbortableOptions,
): Promise<SignedIn> {
  const { loginId } = user;
  // A project that overwrites on a taken login ID would turn a real user into a test user, and then lose it.
  if ((await loadUser(client, loginId, options)) !== undefined) {
    throw new MigrationError("ERR_TARGET_REFUSED", "the login ID of the test user belongs to a user of the project");
  }
  let failure: { readonly error: unknown } | undefined;
  try {
    await createTestUser(client, user, options);
    const session = await (method === "otp"
      ? signInByCode(client, user, options)
      : signInByLink(client, user, options));
    return await verifySession(client, session, options);
  } catch (error) {
    failure = { error };
    throw error;
  } finally {
    await removeTestUser(client, loginId, failure !== undefined);
  }
}

async function createTestUser(
  client: ManagementClient,
  user: NewProjectUser,
  options: AbortableOptions,
): Promise<void> {
  const { loginId, roleNames, ...item } = toWireUser(user);
  const fields = roleNames === undefined ? item : { ...item, roles: roleNames };
  await client.call(
    "POST /v1/mgmt/user/create/test",
    (sdk) =>
      sdk.management.user.createTestUser(
        loginId as string,
        fields as Parameters<typeof sdk.management.user.createTestUser>[1] & object,
      ),
    options,
  );
}

async function signInByCode(
  client: ManagementClient,
  user: NewProjectUser,
  options: AbortableOptions,
): Promise<unknown> {
  const channel = channelOf(user);
  const generated = await client.call<{ readonly code?: string }>(
    "POST /v1/mgmt/tests/generate/otp",
    (sdk) => sdk.management.user.generateOTPForTestUser(channel, user.loginId),
    options,
  );
  return verifyRefusable(
    client,
    `POST /v1/auth/otp/verify/${channel}`,
    (sdk) => sdk.otp.verify[channel](user.loginId, generated.code ?? ""),
    options,
  );
}

async function signInByLink(
  client: ManagementClient,
  user: NewProjectUser,
  options: AbortableOptions,
): Promise<unknown> {
  const generated = await client.call<{ readonly link?: string }>(
    "POST /v1/mgmt/tests/generate/magiclink",
    (sdk) => sdk.management.user.generateMagicLinkForTestUser(channelOf(user), user.loginId, TEST_LINK_TARGET),
    options,
  );
  const link = generated.link ?? "";
  const token = URL.canParse(link) ? new URL(link).searchParams.get("t") : null;
  return verifyRefusable(client, "POST /v1/auth/magiclink/verify", (sdk) => sdk.magicLink.verify(token ?? ""), options);
}

/** Wrong codes and tokens are answered with 401 on these endpoints, which take no management key. */
async function verifyRefusable(
  client: ManagementClient,
  operation: string,
  call: (
    sdk: DescopeSdk,
  ) => Promise<{ readonly ok: boolean; readonly code?: number; readonly data?: unknown; readonly error?: unknown }>,
  options: AbortableOptions,
): Promise<unknown> {
  const result = await client.run(call, options);
  if (result.ok) return result.data;
  const error = translateFailure({
    kind: "refused",
    operation,
    status: result.code ?? 0,
    vendorCode: vendorCodeOf(result.error),
  });
  throw error.code === "ERR_TARGET_UNAUTHORIZED" ? refusedSignIn(error) : error;
}

function channelOf(user: NewProjectUser): "email" | "sms" {
  return user.email === undefined && user.phone !== undefined ? "sms" : "email";
}

/**
 * Verifies the session token of a sign-in against the project's keys.
 *
 * The SDK writes the project ID over `iss`; the claims here have the issuer that the token has.
 */
async function verifySession(client: ManagementClient, session: unknown, options: AbortableOptions): Promise<SignedIn> {
  const token = sessionTokenOf(session);
  if (token === undefined) throw translateFailure({ kind: "token-invalid", reason: "the answer holds none" });
  try {
    // `validateSession` does the same and puts every failure, a lost connection too, into one sentence.
    const verified = await client.run((sdk) => sdk.validateJwt(token), options);
    const claims = { ...verified.token, ...issuerOf(token) };
    return { userId: typeof claims.sub === "string" ? claims.sub : "", claims };
  } catch (error) {
    if (error instanceof MigrationError || options.signal?.aborted === true) throw error;
    throw translateFailure({ kind: "token-invalid", reason: reasonOf(error) });
  }
}

/** The token in the answer's body, or in its cookie where the project sets tokens as cookies. */
function sessionTokenOf(session: unknown): string | undefined {
  const { sessionJwt, cookies } = (session ?? {}) as { sessionJwt?: unknown; cookies?: unknown };
  if (typeof sessionJwt === "string" && sessionJwt !== "") return sessionJwt;
  for (const cookie of Array.isArray(cookies) ? cookies : []) {
    const found = typeof cookie === "string" ? /(?:^|[;,]\s*)DS=([^;,]+)/.exec(cookie)?.[1] : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function issuerOf(token: string): { readonly iss?: string } {
  const payload = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as { iss?: unknown };
  return typeof payload.iss === "string" ? { iss: payload.iss } : {};
}

/** The verifier's error code; its message may quote claims. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === "string" ? code : "its key is not one of the project's";
}
