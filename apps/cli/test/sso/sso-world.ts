import type { Sandbox } from "@cognito-to-descope/sandbox";
import { type CommandResult, temporaryFolder } from "../e2e/run-c2d.ts";
import { environmentFor, writeFastConfig } from "../commands/fast-world.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { cognito, descope, type HandmadePool, startWorld } from "../pipeline/world.ts";
import { type ProviderServer, startProviders } from "./identity-providers.ts";

/** A pool with connections, their providers, and a project. */
export interface SsoWorld extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly pool: HandmadePool;
  readonly providers: ProviderServer;
  readonly folder: string;
  /** Runs a command line, and gives what it printed. */
  readonly c2d: (line: readonly string[], config?: object) => Promise<CommandResult>;
  /** Runs a command line with `--json`, and gives its document with the exit code. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the document is known beside the command
  readonly json: <Document>(
    line: readonly string[],
    config?: object,
  ) => Promise<{ readonly code: number | null; readonly document: Document }>;
  readonly addProvider: (
    name: string,
    type: string,
    details: Readonly<Record<string, string>>,
    more?: object,
  ) => Promise<void>;
  /** The SSO settings of a tenant, as the management API shows them. */
  readonly settings: (tenantId: string) => Promise<readonly ShownSettings[]>;
}

/** What the management API shows of one configuration. */
export interface ShownSettings {
  readonly ssoId: string;
  readonly tenant: { readonly id: string; readonly name: string; readonly domains: readonly string[] };
  readonly saml: Readonly<Record<string, unknown>>;
  readonly oidc: Readonly<Record<string, unknown>>;
}

/** The custom domain of the pool. */
export const CUSTOM_DOMAIN = "auth.example.com";

/** Starts a world. The section `sso` of its config lets providers be on this machine. */
export async function startSsoWorld(
  options: Parameters<typeof startWorld>[0] = {},
  { customDomain = true }: { readonly customDomain?: boolean } = {},
): Promise<SsoWorld> {
  const world = await startWorld(options);
  const { sandbox, pool } = world;
  const providers = await startProviders();
  const folder = temporaryFolder();
  await cognito(sandbox, "CreateUserPoolDomain", { UserPoolId: pool.userPoolId, Domain: "customers" });
  if (customDomain) {
    await cognito(sandbox, "CreateUserPoolDomain", {
      UserPoolId: pool.userPoolId,
      Domain: CUSTOM_DOMAIN,
      CustomDomainConfig: { CertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/abc" },
    });
  }
  const c2d = async (line: readonly string[], sso: object = {}): Promise<CommandResult> => {
    writeFastConfig(folder.path, { sso: { metadata: { privateAddresses: true, http: true }, ...sso } });
    return runInProcess(line, {
      cwd: folder.path,
      env: { ...environmentFor(sandbox), COGNITO_USER_POOL_ID: pool.userPoolId },
    });
  };
  return {
    sandbox,
    pool,
    providers,
    folder: folder.path,
    c2d,
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the document is known beside the command
    async json<Document>(line: readonly string[], sso: object = {}) {
      const { code, stdout, stderr } = await c2d([...line, "--json"], sso);
      if (stdout === "") throw new Error(`${line.join(" ")} ended with ${code}: ${stderr}`);
      return { code, document: JSON.parse(stdout) as Document };
    },
    async addProvider(name, type, details, more = {}) {
      await cognito(sandbox, "CreateIdentityProvider", {
        UserPoolId: pool.userPoolId,
        ProviderName: name,
        ProviderType: type,
        ProviderDetails: details,
        ...more,
      });
    },
    async settings(tenantId) {
      const answer = await descope(sandbox, `GET /v2/mgmt/sso/settings/all?tenantId=${tenantId}`);
      return (answer as { readonly SSOSettings: readonly ShownSettings[] }).SSOSettings;
    },
    async [Symbol.asyncDispose]() {
      await providers[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
