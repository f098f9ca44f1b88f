import { connectionKey, descopeApiUrl, needsChange, setupMail } from "@cognito-to-descope/core";
import type { IdentityVendor } from "@cognito-to-descope/core";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { prepareConfig } from "../prepare.ts";
import { openSsoSession, readingOf, selectByName } from "../sso/open-sso.ts";
import { planConnections } from "../sso/plan-connections.ts";

interface InviteOptions {
  readonly vendor?: IdentityVendor;
}

/** Makes a set-up link for the administrator of one connection's provider, with the text of an e-mail around it. */
export const ssoInvite: Command<InviteOptions> = async (invocation) => {
  const { host, output, options, operands } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: true });
  await using session = await openSsoSession(config);
  const { target } = session;
  using planned = await planConnections(readingOf(invocation), config, session);
  const { plan, pools } = planned;
  const [connection] = selectByName(
    plan.items.map((item) => item.connection),
    operands,
  );
  const item = plan.items.find((one) => connection !== undefined && one.connection === connection);
  if (item === undefined || connection === undefined) throw usageError("name one connection");
  const { protocol } = connection;
  if (protocol === "social") {
    throw usageError("a social provider has no administrator to invite", "add the callback to the OAuth application");
  }
  const tenant = await target.readTenant(connection.tenantId, { signal: host.signal });
  if (tenant === undefined) throw usageError("the connection has no tenant yet", "run c2d sso apply first");
  const link = await target.makeSetupLink(
    { tenantId: connection.tenantId, ssoId: connection.ssoId },
    { signal: host.signal },
  );
  const own = descopeApiUrl(target.projectId, config.target?.baseUrl);
  const newAcs =
    protocol === "saml"
      ? `${own}/v1/auth/saml/acs?projectId=${target.projectId}&tenantId=${encodeURIComponent(connection.tenantId)}`
      : `${own}/v1/oauth/callback`;
  const pool = pools.read.pools.find(({ userPoolId }) => userPoolId === connection.userPoolId);
  const acsUrl = pool?.customDomain === undefined ? newAcs : undefined;
  const mail = setupMail({
    vendor: options.vendor ?? item.vendor,
    protocol,
    class: connection.class,
    tenantName: tenant.name,
    product: config.sso.product,
    link: link.reveal(),
    acsUrl,
    entityId: connection.serviceProvider?.entityId,
  });
  if (!needsChange({ class: connection.class, acsUrl })) {
    output.note(
      `note: a connection of class ${connection.class} moves without its administrator, so no mail is needed`,
    );
  }
  output.note("note: whoever has the link can set SSO up for the tenant: send it to the right person only");
  output.document({ connection: connectionKey(connection), vendor: options.vendor ?? item.vendor, ...mail });
  if (options.json !== true) await output.data(`Subject: ${mail.subject}\n\n${mail.body}\n`);
  return EXIT_CODES.done;
};
