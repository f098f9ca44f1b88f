import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";

import { collect, openPool } from "./support/open-pool.ts";

const roleArn = "arn:aws:iam::210987654321:role/reader";

/** A token service that answers every request alike, and keeps what it was asked. */
async function startTokenService(
  status: number,
  body: string,
): Promise<{ readonly url: string; readonly asked: URLSearchParams[] }> {
  const asked: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      asked.push(new URLSearchParams(text));
      response.writeHead(status, { "content-type": "text/xml" }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a role", () => {
  it("is assumed with the given credentials, and signs the requests", async () => {
    const service = await startTokenService(
      200,
      `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
         <AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>session</SessionToken>
         <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
       </Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    );
    vi.stubEnv("AWS_ENDPOINT_URL_STS", service.url);
    const { source } = await openPool(
      { users: 70, profile: "plain", cognito: { accessKeys: { ASIAROLE: "role-secret" } } },
      { roleArn, externalId: "agreed" },
    );
    expect(await collect(source.users())).toHaveLength(2);
    expect(service.asked).toHaveLength(1);
    expect(Object.fromEntries(service.asked[0] ?? [])).toMatchObject({
      Action: "AssumeRole",
      RoleArn: roleArn,
      RoleSessionName: "cognito-to-descope",
      ExternalId: "agreed",
    });
  });

  it("that may not be assumed is refused with the action's name and without account IDs", async () => {
    const service = await startTokenService(
      403,
      `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code>
         <Message>User: arn:aws:iam::123456789012:user/alice is not authorized to perform: sts:AssumeRole on resource: ${roleArn}</Message>
       </Error></ErrorResponse>`,
    );
    vi.stubEnv("AWS_ENDPOINT_URL_STS", service.url);
    const { source } = await openPool({ users: 1 }, { roleArn });
    const error: unknown = await collect(source.users()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "ERR_SOURCE_PERMISSION_MISSING",
      message: "the credentials lack the permission sts:AssumeRole",
    });
    expect(JSON.stringify(error)).not.toMatch(/\d{12}/);
  });
});
