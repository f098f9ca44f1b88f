import type { InboundEndpoints } from "../ports/inbound-apps.ts";
import type { PoolAppClient } from "./app-client.ts";
import type { ApplicationPlanItem } from "./application-plan.ts";

/** What the owner of one app client is told. */
export interface HandOverEntry extends Pick<ApplicationPlanItem, "client" | "class" | "aim" | "operation" | "reason"> {
  /** Client ID at Descope; absent while nothing was made. */
  readonly clientId?: string;
  /** Whether client ID and secret stay what they are; absent while that is not known. */
  readonly credentialsKept?: boolean;
}

/** What a sheet is made of. */
export interface HandOverOptions {
  readonly projectId: string;
  readonly endpoints: InboundEndpoints;
  readonly entries: readonly HandOverEntry[];
}

/**
 * Writes what each owner of an app client has to change, as Markdown. Holds no secret: where there is a new one, the sheet says
 * that it comes on another way.
 */
export function handOverSheet({ projectId, endpoints, entries }: HandOverOptions): string {
  const sections = entries
    .filter(({ class: kind }) => kind !== "c2d" && kind !== "unused")
    .map((entry) => [`## ${plain(entry.client.name)}`, "", ...section(entry, projectId, endpoints), ""].join("\n"));
  return [
    "# Moving from Amazon Cognito to Descope: what each application changes",
    "",
    "One section for each app client. Nothing here is secret.",
    "",
    ...sections,
  ].join("\n");
}

function section(entry: HandOverEntry, projectId: string, endpoints: InboundEndpoints): readonly string[] {
  const { client, aim, operation } = entry;
  const head = `App client \`${client.clientId}\` of user pool \`${client.userPoolId}\`.`;
  if (aim === "flows")
    return [
      head,
      "",
      "The application signs users in with code of its own. It takes Descope's SDK in place of Cognito's:",
      "",
      `1. Use project ID \`${projectId}\`; there is no client ID and no secret.`,
      "2. Show a Descope flow where the sign-in form was.",
      "3. Accept Descope's tokens in the back end, beside Cognito's for as long as both are live.",
    ];
  if (aim === "skip" || operation === "skip") return [head, "", `Nothing changes: ${entry.reason}.`];
  return [
    head,
    "",
    "| Setting | At Descope |",
    "| --- | --- |",
    `| Client ID | ${clientIdCell(entry)} |`,
    `| Client secret | ${secretCell(entry)} |`,
    `| Issuer | \`${endpoints.issuer}\` |`,
    `| Discovery document | \`${endpoints.discoveryUrl}\` |`,
    `| Authorization endpoint | \`${endpoints.authorize}\` |`,
    `| Token endpoint | \`${endpoints.token}\` |`,
    `| User info endpoint | \`${endpoints.userInfo}\` |`,
    `| Keys | \`${endpoints.jwks}\` |`,
    `| Scopes | ${client.scopes.length === 0 ? "none" : client.scopes.map((scope) => `\`${plain(scope)}\``).join(" ")} |`,
    "",
    ...steps(client).map((step, index) => `${index + 1}. ${step}`),
  ];
}

function clientIdCell({ client, clientId, credentialsKept }: HandOverEntry): string {
  if (clientId !== undefined && clientId !== client.clientId) return `new: \`${plain(clientId)}\``;
  return credentialsKept === undefined ? "stays, unless the project refuses it" : "stays";
}

function secretCell({ client, credentialsKept }: HandOverEntry): string {
  if (client.secret === undefined) return "none";
  if (credentialsKept === undefined) return "stays, unless the project refuses it";
  return credentialsKept ? "stays" : "new: it is handed over apart from this sheet";
}

function steps({ grants, refreshTokenSeconds, accessTokenSeconds, secret }: PoolAppClient): readonly string[] {
  return [
    "Read the endpoints from the discovery document, or enter them.",
    "Let back ends that check the client's tokens accept the issuer and keys above.",
    ...(grants.includes("implicit")
      ? ["Replace the implicit grant by the authorization code with PKCE: the project issues no token to an address."]
      : []),
    ...(secret === undefined && grants.includes("code") ? ["Send a PKCE challenge (S256) with each sign-in."] : []),
    ...(grants.includes("client_credentials")
      ? ["Before the change, have the client credentials grant and its scopes allowed by a policy in Descope."]
      : []),
    `Lifetimes are the project's from now on. They were ${duration(accessTokenSeconds)} (access token)${
      grants.includes("code") ? ` and ${duration(refreshTokenSeconds)} (refresh token)` : ""
    }.`,
    ...(grants.includes("code")
      ? ["Refresh tokens of Cognito stay at Cognito: users sign in once more when theirs ends."]
      : []),
  ];
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, "days"],
  [3600, "hours"],
  [60, "minutes"],
];

function duration(seconds: number): string {
  const [size, unit] = UNITS.find(([each]) => seconds >= each && seconds % each === 0) ?? [1, "seconds"];
  const count = seconds / size;
  return count === 1 ? `1 ${unit.slice(0, -1)}` : `${count} ${unit}`;
}

/** A name of somebody else's making, without what Markdown, HTML or a terminal would act on. */
function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "\u{fffd}")
    .replace(/[<>|`\\[\]*_#&]/g, "\\$&");
}
