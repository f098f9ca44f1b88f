// What the gateway of the JIT bench talks to, in a process of its own: the sandbox, and a Cognito that signs nothing. Prints one
// JSON line when it is ready and runs until its standard input ends.
//
// usage: node bench/jit-services.ts QUOTAS USERS
//   QUOTAS: none | real
//   USERS: users that the sandbox's own Cognito knows
//
// A sign-in costs the sandbox two signatures of RSA, more than a millisecond; the real service makes them on its own machines.
// So sign-ins at full speed are answered by a server that takes the sandbox's answer to one of them and writes other users into
// its ID token, with the signature as it was. Nobody checks that one: the gateway has the token from Cognito itself.
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { BENCH_PASSWORD, type JitServices, userOf } from "./jit-users.ts";

const TARGET = "AWSCognitoIdentityProviderService.";

const [quotas = "none", users = "1"] = process.argv.slice(2);
const sandbox = await startSandbox({
  profile: "empty",
  seed: "jit bench",
  quotas: quotas === "real" ? "real" : "none",
  cognito: { requireSignature: false },
});
const { userPoolId, clientId } = await prepare(sandbox, Number(users));
const replay = await startReplay(await signIn(sandbox, clientId));
const { cognito, descope, region, projectId, managementKey } = sandbox;
const line: JitServices = { cognito, descope, replay, region, userPoolId, clientId, projectId, managementKey };
console.log(JSON.stringify(line));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));

/** A pool with its users and a client, and a project with the attributes that users need. */
async function prepare(
  { cognitoService, cognito: url, descope: base, projectId: project, managementKey: key }: Sandbox,
  count: number,
): Promise<{ readonly userPoolId: string; readonly clientId: string }> {
  const pool = cognitoService.createPool({ PoolName: "jit" });
  for (let index = 0; index < count; index += 1) {
    const { username, sub, email } = userOf(index);
    pool.users.add({
      username,
      sub,
      attributes: [
        ["email", email],
        ["email_verified", "true"],
      ],
      status: "CONFIRMED",
      createdAt: 1_600_000_000_000,
      password: BENCH_PASSWORD,
    });
  }
  const { UserPoolClient } = (await post(
    url,
    { "x-amz-target": `${TARGET}CreateUserPoolClient` },
    {
      UserPoolId: pool.id,
      ClientName: "jit",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    },
  )) as { readonly UserPoolClient: { readonly ClientId: string } };
  await post(
    `${base}/v1/mgmt/user/customattribute/create`,
    { authorization: `Bearer ${project}:${key}` },
    {
      attributes: [
        { name: "cognitoSub", displayName: "cognitoSub", type: 1 },
        { name: "cognitoUsername", displayName: "cognitoUsername", type: 1 },
        { name: "freshlyMigrated", displayName: "freshlyMigrated", type: 3 },
      ],
    },
  );
  return { userPoolId: pool.id, clientId: UserPoolClient.ClientId };
}

interface SignedIn {
  readonly AuthenticationResult: Readonly<Record<string, unknown>> & { readonly IdToken: string };
}

async function signIn({ cognito: url }: Sandbox, client: string): Promise<SignedIn> {
  return (await post(
    url,
    { "x-amz-target": `${TARGET}InitiateAuth` },
    {
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: client,
      AuthParameters: { USERNAME: userOf(0).username, PASSWORD: BENCH_PASSWORD },
    },
  )) as SignedIn;
}

async function startReplay(answer: SignedIn): Promise<string> {
  const { IdToken, ...rest } = answer.AuthenticationResult;
  const [head = "", payload = "", signature = ""] = IdToken.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Readonly<Record<string, unknown>>;
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const { AuthParameters } = JSON.parse(text) as { readonly AuthParameters: { readonly USERNAME: string } };
      const { username, sub, email } = userOf(Number(AuthParameters.USERNAME.slice(5)));
      const own = { ...claims, sub, email, "cognito:username": username };
      const IdTokenOfUser = `${head}.${Buffer.from(JSON.stringify(own)).toString("base64url")}.${signature}`;
      const body = JSON.stringify({ ...answer, AuthenticationResult: { ...rest, IdToken: IdTokenOfUser } });
      response.setHeader("content-type", "application/x-amz-json-1.1").end(body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function textOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (text += chunk));
    request.on("end", () => resolve(text));
  });
}

async function post(url: string, headers: Readonly<Record<string, string>>, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": url.includes("/v1/") ? "application/json" : "application/x-amz-json-1.1", ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`the sandbox answered ${response.status}`);
  return response.json();
}
