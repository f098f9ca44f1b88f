/** InitiateAuth and AdminInitiateAuth: the flows by which a sign-in begins. */

import { AwsError, invalidParameter, notFound } from "../aws-error.ts";
import { checkSecretHash } from "../secret-hash.ts";
import type { AppClient } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";
import { checkFirstFactor, findSignInUser, isSameText, preAuthenticate, unknownUser } from "./check-password.ts";
import { beginChoice } from "./choice.ts";
import { nextCustomStep } from "./custom-auth.ts";
import { migrateUser } from "./migrate-user.ts";
import { afterPassword } from "./next-step.ts";
import { refresh, refreshSessionOf } from "./refresh.ts";
import { parameterOf } from "./sign-in-request.ts";
import type { SignInAnswer, SignInRequest } from "./sign-in-request.ts";
import { askPasswordProof } from "./srp-challenge.ts";

/** What a client allows when it names no flows. */
const defaultFlows = ["ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];

const legacyFlows: Readonly<Record<string, string>> = {
  ADMIN_NO_SRP_AUTH: "ALLOW_ADMIN_USER_PASSWORD_AUTH",
  USER_PASSWORD_AUTH: "ALLOW_USER_PASSWORD_AUTH",
  CUSTOM_AUTH_FLOW_ONLY: "ALLOW_CUSTOM_AUTH",
};

/** Tells whether a client allows a flow, in old words or new ones. */
export function allowsFlow(client: AppClient, flow: string): boolean {
  const flows = (client.settings["ExplicitAuthFlows"] as readonly string[] | undefined) ?? [];
  if (flows.length === 0) return defaultFlows.includes(flow);
  if (flows.some((name) => name.startsWith("ALLOW_"))) return flows.includes(flow);
  if (flows.some((name) => legacyFlows[name] === flow)) return true;
  return defaultFlows.includes(flow) && !flows.includes("CUSTOM_AUTH_FLOW_ONLY");
}

/** Begins to sign in. */
export async function beginSignIn(request: SignInRequest, flow: string, session?: string): Promise<SignInAnswer> {
  switch (flow) {
    case "USER_PASSWORD_AUTH":
      if (!allowsFlow(request.client, "ALLOW_USER_PASSWORD_AUTH")) {
        throw invalidParameter(
          request.admin
            ? "Auth flow not enabled for this client"
            : "USER_PASSWORD_AUTH flow not enabled for this client",
        );
      }
      return signInByPassword(request);
    case "ADMIN_USER_PASSWORD_AUTH":
    case "ADMIN_NO_SRP_AUTH":
      if (!request.admin) throw invalidParameter("Initiate Auth method not supported.");
      requireFlow(request, "ALLOW_ADMIN_USER_PASSWORD_AUTH", "Auth flow not enabled for this client");
      return signInByPassword(request);
    case "USER_SRP_AUTH": {
      requireFlow(request, "ALLOW_USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client.");
      const { username, user } = await identify(request);
      if (user !== undefined) await preAuthenticate(request, user);
      return askPasswordProof(request, user, username);
    }
    case "CUSTOM_AUTH":
      requireFlow(request, "ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client.");
      return signInByCustomAuth(request);
    case "USER_AUTH": {
      requireFlow(request, "ALLOW_USER_AUTH", "USER_AUTH flow not enabled for this client");
      const { username, user } = await identify(request);
      return beginChoice(request, user, username, session);
    }
    case "REFRESH_TOKEN":
    case "REFRESH_TOKEN_AUTH": {
      requireFlow(request, "ALLOW_REFRESH_TOKEN_AUTH", "Auth flow not enabled for this client");
      const token = parameterOf(request, "REFRESH_TOKEN");
      const { user } = refreshSessionOf(request, token);
      // The hash is made with the real username here, whatever was typed at sign-in.
      checkSecretHash(request.client, [user.username, user.sub], request.parameters["SECRET_HASH"]);
      return refresh(request, token, { rotate: false, deviceKey: request.parameters["DEVICE_KEY"] });
    }
    default:
      throw invalidParameter("Initiate Auth method not supported.");
  }
}

function requireFlow(request: SignInRequest, flow: string, refusal: string): void {
  if (!allowsFlow(request.client, flow)) throw invalidParameter(refusal);
}

/** Reads the username, checks the client's hash with it, and looks the user up. */
async function identify(request: SignInRequest): Promise<{ username: string; user: UserRecord | undefined }> {
  const username = parameterOf(request, "USERNAME");
  checkSecretHash(request.client, [username], request.parameters["SECRET_HASH"]);
  const user = findSignInUser(request, username);
  checkDevice(request, user);
  return { username, user };
}

function checkDevice(request: SignInRequest, user: UserRecord | undefined): void {
  const key = request.parameters["DEVICE_KEY"];
  if (key === undefined || user === undefined) return;
  if (user.signIn?.devices?.some((device) => device.key === key) !== true) throw notFound("Device does not exist.");
}

async function signInByPassword(request: SignInRequest): Promise<SignInAnswer> {
  const username = parameterOf(request, "USERNAME");
  const password = parameterOf(request, "PASSWORD");
  const { user: known } = await identify(request);
  const user = known ?? (await migrateUser(request, username, password));
  if (user === undefined) throw unknownUser(request);
  await preAuthenticate(request, user);
  checkFirstFactor(request, user, (right) => isSameText(right, password));
  return afterPassword(request, { user, username, deviceKey: request.parameters["DEVICE_KEY"] });
}

async function signInByCustomAuth(request: SignInRequest): Promise<SignInAnswer> {
  const { username, user } = await identify(request);
  if (user === undefined && request.client.settings["PreventUserExistenceErrors"] !== "ENABLED") {
    throw new AwsError("UserNotFoundException", "User does not exist.");
  }
  if (user !== undefined) await preAuthenticate(request, user);
  const withSrp = request.parameters["CHALLENGE_NAME"] === "SRP_A" || request.parameters["SRP_A"] !== undefined;
  const rounds = withSrp ? [{ challengeName: "SRP_A", challengeResult: true }] : [];
  return nextCustomStep(request, { user, username, deviceKey: request.parameters["DEVICE_KEY"], rounds });
}
