// Verifying tokens: rates against a bare signature check and against other libraries, in one run; refusals; memory;
// bundle sizes; the load of Lambda authorizers.
//
// usage: npm run bench -- session [--rounds 5] [--tokens 10000000]
import { execFileSync } from "node:child_process";
import { generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createVerifier, type Verifier } from "@cognito-to-descope/session";
import { CognitoJwtVerifier } from "aws-jwt-verify";
import { createVerifier as createFastJwt } from "fast-jwt";
import { importJWK, jwtVerify } from "jose";
import { rolldown } from "rolldown";
import { bundleAuthorizer } from "../scripts/bundle-authorizer.ts";

const userPoolId = "us-east-1_AbCdEf123";
const clientId = "1example23456789exampleabcd";
const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`;
const millisecondsPerSample = 100;

const rounds = Number(argument("--rounds") ?? 15);
const memoryTokens = Number(argument("--tokens") ?? 0);

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const kid = "Kq3Wq6cV8q3m0bH4iZrX5Zq0Jr1m3Yw2vX9nB7tLk4s=";
const jwk = { ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" };
const jwks = { keys: [jwk] };

const now = Math.floor(Date.now() / 1000);
const common = {
  sub: "1f6c2e0a-5b7d-4c39-9e8f-0a1b2c3d4e5f",
  "cognito:groups": ["admins", "editors"],
  iss: issuer,
  origin_jti: "5a1f9d0e-2b3c-4d5e-8f60-718293a4b5c6",
  event_id: "0c9b8a76-5d4e-4f3a-9b2c-1d0e9f8a7b6c",
  auth_time: now,
  exp: now + 86_400,
  iat: now,
  jti: "9f8e7d6c-5b4a-4938-a726-150493827160",
};
const accessToken = issue({
  ...common,
  client_id: clientId,
  token_use: "access",
  scope: "aws.cognito.signin.user.admin openid",
  version: 2,
  username: "1f6c2e0a-5b7d-4c39-9e8f-0a1b2c3d4e5f",
});
const idToken = issue({
  ...common,
  aud: clientId,
  token_use: "id",
  email: "somebody@example.com",
  email_verified: true,
  "cognito:username": "1f6c2e0a-5b7d-4c39-9e8f-0a1b2c3d4e5f",
  name: "Some Body",
  "custom:plan": "gold",
});
const strangersToken = issue({ ...common, iss: `${issuer}4`, client_id: clientId, token_use: "access" });

await measure();

async function measure(): Promise<void> {
  console.log(
    `${cpus()[0]?.model ?? "?"}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`,
  );
  console.log(
    `access token of ${accessToken.length} characters, ID token of ${idToken.length}; ${rounds} rounds, best of each`,
  );
  for (const [name, token, tokenUse] of [
    ["access token", accessToken, "access"],
    ["ID token", idToken, "id"],
  ] as const) {
    console.log(`\n${name}`);
    await compare(await contestants(token, tokenUse));
  }
  const verifier = await ours("access");
  console.log("\nunknown issuer");
  await compare([
    ["verifySync, thrown and caught", () => refuseSync(verifier, strangersToken)],
    ["verify, rejected and awaited", () => verifier.verify(strangersToken).catch(() => undefined)],
  ]);
  if (memoryTokens > 0) await memory(memoryTokens);
  await sizes();
  await authorizers();
}

type Contestant = readonly [name: string, run: () => unknown];

async function contestants(token: string, tokenUse: "id" | "access"): Promise<readonly Contestant[]> {
  const end = token.lastIndexOf(".");
  const signed = Buffer.from(token.slice(0, end));
  const signature = Buffer.from(token.slice(end + 1), "base64url");
  const verifier = await ours(tokenUse);
  const aws = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse });
  aws.cacheJwks(jwks as unknown as Parameters<typeof aws.cacheJwks>[0]);
  const fast = createFastJwt({
    key: publicKey.export({ type: "spki", format: "pem" }) as string,
    algorithms: ["RS256"],
    allowedIss: issuer,
    ...(tokenUse === "id" ? { allowedAud: clientId } : {}),
    cache: false,
  }) as (token: string) => unknown;
  const key = await importJWK(jwk, "RS256");
  const expected = { issuer, algorithms: ["RS256"], ...(tokenUse === "id" ? { audience: clientId } : {}) };
  return [
    ["crypto.verify of the signature alone", () => bare(publicKey, signed, signature)],
    ["this package, verifySync", () => verifier.verifySync(token)],
    ["this package, verify", () => verifier.verify(token)],
    ["aws-jwt-verify, verifySync", () => aws.verifySync(token)],
    ["fast-jwt, no cache", () => fast(token)],
    ["jose, jwtVerify", () => jwtVerify(token, key, expected)],
  ];
}

function bare(key: KeyObject, signed: Buffer, signature: Buffer): void {
  if (!verify("RSA-SHA256", signed, key, signature)) throw new Error("the signature is wrong");
}

async function ours(tokenUse: "id" | "access"): Promise<Verifier> {
  const verifier = createVerifier({
    cognito: [
      {
        userPoolId,
        clientId,
        tokenUse,
        roles: {
          version: 1,
          userPoolId,
          groups: { admins: { role: "admin" }, editors: { role: "editor" } },
          connections: {},
          permissions: {},
        },
      },
    ],
    descope: [{ projectId: "P2abcdefghijklmnopqrstuvwxyz", audience: null, customDomains: ["auth.example.com"] }],
    mode: "dual",
    subject: { use: "cognito", unmapped: "refuse" },
    fetch: async () => Response.json(jwks),
  });
  await verifier.hydrate();
  return verifier;
}

function refuseSync(verifier: Verifier, token: string): void {
  try {
    verifier.verifySync(token);
  } catch {
    return;
  }
  throw new Error("a stranger's token was accepted");
}

/** Alternates between all, so that what else runs on the machine meets all alike. */
async function compare(all: readonly Contestant[]): Promise<void> {
  const best = all.map(() => 0);
  const ratios: number[][] = all.map(() => []);
  for (let round = 0; round <= rounds; round += 1) {
    const rates: number[] = [];
    for (const [, run] of all) rates.push(await rate(run));
    // The first round warms the compiler.
    if (round === 0) continue;
    rates.forEach((value, index) => {
      best[index] = Math.max(best[index] ?? 0, value);
      ratios[index]?.push(value / (rates[0] ?? 1));
    });
  }
  all.forEach(([name], index) => {
    const middle = ratios[index]?.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
    console.log(
      `${name.padEnd(40)} ${Math.round(best[index] ?? 0)
        .toLocaleString("en")
        .padStart(10)}/s   ${middle.toFixed(2)} x the first`,
    );
  });
}

async function rate(run: () => unknown): Promise<number> {
  // Otherwise whoever comes next pays for clearing up after the one before.
  for (let call = 0; call < 2000; call += 1) await run();
  // CPU time of the process, all its threads: on a machine that others use too, the clock measures them as well.
  const started = process.cpuUsage();
  let count = 0;
  let elapsed = 0;
  while (elapsed < millisecondsPerSample * 1000) {
    for (let batch = 0; batch < 200; batch += 1) {
      const result = run();
      if (result instanceof Promise) await result;
    }
    count += 200;
    const { user, system } = process.cpuUsage(started);
    elapsed = user + system;
  }
  return (count / elapsed) * 1e6;
}

/** Distinct tokens, the same token, and refusals of all kinds in turn; what stays after each part. */
async function memory(tokens: number): Promise<void> {
  const verifier = await ours("access");
  const some = Array.from({ length: 500 }, (_, index) =>
    issue({ ...common, client_id: clientId, token_use: "access", scope: "openid", jti: `token-${index}` }),
  );
  console.log(`\nmemory over ${tokens.toLocaleString("en")} tokens: 1 in 8 accepted, the others refused for 3 reasons`);
  for (let part = 0; part < 5; part += 1) {
    for (let count = 0; count < tokens / 5; count += 1) {
      const token = some[count % some.length] ?? "";
      const kind = count % 8;
      if (kind === 0) verifier.verifySync(token);
      else if (kind < 4) refuseSync(verifier, strangersToken);
      else if (kind < 6) refuseSync(verifier, `${token.slice(0, 40)}${count}${token.slice(40)}`);
      else refuseSync(verifier, token.slice(0, 500));
    }
    (globalThis as { gc?: () => void }).gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    console.log(
      `after ${part + 1}/5: heap ${(heapUsed / 1024 / 1024).toFixed(1)} MB, RSS ${(rss / 1024 / 1024).toFixed(0)} MB`,
    );
  }
}

async function sizes(): Promise<void> {
  console.log("\nbundles, minified");
  for (const entry of ["index", "edge", "browser", "lambda", "cloudfront"]) {
    const bundle = await rolldown({
      input: new URL(`../packages/session/src/${entry}.ts`, import.meta.url).pathname,
      platform: "neutral",
      external: ["node:crypto"],
      logLevel: "silent",
    });
    const { output } = await bundle.generate({ minify: true, dir: join(tmpdir(), "c2d-session") });
    await bundle.close();
    const { code } = output[0];
    console.log(
      `${entry.padEnd(10)} ${code.length.toLocaleString("en").padStart(8)} B, ${gzipSync(code).length.toLocaleString("en").padStart(7)} B gzip`,
    );
  }
}

/** The authorizers as they are uploaded: their size, and what a cold start spends on loading them. */
async function authorizers(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "c2d-authorizer-"));
  const projectId = "P2abcdefghijklmnopqrstuvwxyz";
  try {
    const example = join(folder, "example.mjs");
    execFileSync(process.execPath, [new URL("../examples/lambda/bundle.ts", import.meta.url).pathname, example]);
    const own = { COGNITO_USER_POOL_ID: userPoolId, COGNITO_CLIENT_ID: clientId, DESCOPE_PROJECT_ID: projectId };
    console.log("\nLambda authorizers, module load with the verifier made, 15 processes each");
    load("of examples/lambda", example, own);
    const emitted = join(folder, "index.mjs");
    writeFileSync(emitted, await bundleAuthorizer());
    const config = { userPools: [{ userPoolId, clientIds: [clientId] }], projectId, audiences: [projectId] };
    load("of c2d aws emit", emitted, { AUTHORIZER_CONFIG: JSON.stringify(config) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function load(name: string, file: string, env: Readonly<Record<string, string>>): void {
  const code = readFileSync(file);
  const program = `
    const started = performance.now();
    await import(${JSON.stringify(file)});
    console.log(performance.now() - started);`;
  const once = (): number =>
    Number(execFileSync(process.execPath, ["--input-type=module", "-e", program], { env, encoding: "utf8" }));
  const times = Array.from({ length: 15 }, once).sort((a, b) => a - b);
  console.log(
    `${name.padEnd(20)} ${code.length.toLocaleString("en")} B minified, ${gzipSync(code).length.toLocaleString("en")} B gzip; ` +
      `median ${times[7]?.toFixed(1)} ms, best ${times[0]?.toFixed(1)} ms, worst ${times[14]?.toFixed(1)} ms`,
  );
}

function issue(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ kid, alg: "RS256" })}.${part(claims)}`;
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), privateKey).toString("base64url")}`;
}

function argument(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at === -1 ? undefined : process.argv[at + 1];
}
