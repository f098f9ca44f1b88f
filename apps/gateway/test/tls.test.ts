import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Gateway } from "../src/index.ts";
import { type CertificateAuthority, createAuthority, type IssuedCertificate } from "./certificates.ts";
import { httpsGet, isRefused } from "./https-get.ts";
import { makeGateway } from "./start-gateway.ts";

let authority: CertificateAuthority;
let first: IssuedCertificate;
let second: IssuedCertificate;
beforeAll(async () => {
  authority = await createAuthority("the servers' authority");
  [first, second] = await Promise.all([authority.issue("first"), authority.issue("second")]);
});

const started: Gateway[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((gateway) => gateway.stop()));
});

async function start(tls: Parameters<Gateway["setCertificates"]>[0]): Promise<{ gateway: Gateway; url: string }> {
  const { gateway } = makeGateway({ tls });
  started.push(gateway);
  return { gateway, url: `${await gateway.start()}/healthz` };
}

describe("a gateway with certificates", () => {
  test("speaks HTTPS, and shows others from the next connection on", async () => {
    const { gateway, url } = await start(first);
    expect(url).toMatch(/^https:/);
    const ca = authority.cert;
    expect(await httpsGet(url, { ca })).toEqual({ status: 200, commonName: "first" });
    gateway.setCertificates(second);
    expect(await httpsGet(url, { ca })).toEqual({ status: 200, commonName: "second" });
    await expect(httpsGet(url, {})).rejects.toMatchObject({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
    expect(await isRefused(url, { ca, maxVersion: "TLSv1.1", minVersion: "TLSv1.1" })).toBe(true);
  });

  test("lets clients in that its authority knows, and no others", async () => {
    const [clients, strangers] = await Promise.all([createAuthority("clients"), createAuthority("strangers")]);
    const { gateway, url } = await start({ ...first, clientCa: clients.cert });
    const ca = authority.cert;
    const [known, stranger] = await Promise.all([clients.issue("a client"), strangers.issue("a client")]);
    expect((await httpsGet(url, { ca, ...known })).status).toBe(200);
    expect(await isRefused(url, { ca })).toBe(true);
    expect(await isRefused(url, { ca, ...stranger })).toBe(true);
    // The clients' authority can be replaced as well.
    gateway.setCertificates({ ...second, clientCa: strangers.cert });
    expect(await httpsGet(url, { ca, ...stranger })).toEqual({ status: 200, commonName: "second" });
    expect(await isRefused(url, { ca, ...known })).toBe(true);
  });

  test("refuses those that do not belong together, and keeps the former", async () => {
    const mixed = { cert: first.cert, key: second.key };
    for (const tls of [mixed, { cert: "nonsense", key: first.key }, { ...first, clientCa: "nonsense" }]) {
      await expect(makeGateway({ tls }).gateway.start()).rejects.toMatchObject({ code: "ERR_USAGE" });
    }
    const { gateway, url } = await start(first);
    expect(() => gateway.setCertificates(mixed)).toThrow(expect.objectContaining({ code: "ERR_USAGE" }));
    expect(await httpsGet(url, { ca: authority.cert })).toEqual({ status: 200, commonName: "first" });
  });
});
