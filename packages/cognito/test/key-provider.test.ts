import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createKeyProvider } from "../src/index.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A token service whose keys expire at a time that can be moved; counts how often it is asked. */
async function startTokenService(expiresAt: () => number): Promise<{ readonly asked: () => number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      asked += 1;
      const keys = `<AccessKeyId>ASIA${asked}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>`;
      const expiration = `<Expiration>${new Date(expiresAt()).toISOString()}</Expiration>`;
      response.writeHead(200, { "content-type": "text/xml" });
      response.end(
        `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>${keys}${expiration}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  vi.stubEnv("AWS_ENDPOINT_URL_STS", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { asked: () => asked };
}

describe("keys", () => {
  it("that are given are the keys", async () => {
    const keys = createKeyProvider({ region: "eu-west-1", accessKeyId: "AKIA", secretAccessKey: "secret" }, () => 0);
    expect(await keys()).toEqual({ accessKeyId: "AKIA", secretAccessKey: "secret" });
  });

  it("of a role are asked for once, and again shortly before they expire", async () => {
    let now = Date.now();
    const service = await startTokenService(() => now + 3_600_000);
    const keys = createKeyProvider(
      {
        region: "eu-west-1",
        accessKeyId: "AKIA",
        secretAccessKey: "secret",
        roleArn: "arn:aws:iam::210987654321:role/reader",
      },
      () => now,
    );
    const ids = async (): Promise<string> =>
      (await Promise.all([keys(), keys(), keys()])).map((key) => key.accessKeyId).join();
    expect(await ids()).toBe("ASIA1,ASIA1,ASIA1");
    now += 3_000_000;
    expect(await ids()).toBe("ASIA1,ASIA1,ASIA1");
    now += 400_000;
    expect(await ids()).toBe("ASIA2,ASIA2,ASIA2");
    expect(service.asked()).toBe(2);
  });

  it("come from the environment where nothing is given, and are looked for again where there were none", async () => {
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN"])
      vi.stubEnv(name, "");
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere");
    vi.stubEnv("AWS_CONFIG_FILE", "/nowhere");
    const keys = createKeyProvider({ region: "eu-west-1" }, () => 0);
    await expect(keys()).rejects.toMatchObject({ name: "CredentialsProviderError" });
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAENV");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    expect(await keys()).toMatchObject({ accessKeyId: "AKIAENV" });
  });
});
