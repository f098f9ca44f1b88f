/** Operations on domains and resource servers of a pool. */

import { invalidParameter, notFound } from "../aws-error.ts";
import { poolOf } from "../cognito-state.ts";
import type { CognitoState } from "../cognito-state.ts";
import type { OperationTable } from "../operation.ts";
import { pageOf } from "../page-token.ts";
import type { Json, PoolDomain, ResourceServer, UserPool } from "../user-pool.ts";

interface DomainInput {
  readonly Domain: string;
  readonly UserPoolId: string;
  readonly ManagedLoginVersion?: number;
  readonly CustomDomainConfig?: { readonly CertificateArn: string };
}

/** The CloudFront name that a custom domain points to; made from the domain, so that it is stable. */
function distributionOf(domain: string): string {
  let hash = 7;
  for (const char of domain) hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) >>> 0;
  return `d${hash.toString(36).padStart(13, "0")}.cloudfront.net`;
}

function describeDomain(state: CognitoState, domain: PoolDomain): Json {
  return {
    UserPoolId: domain.userPoolId,
    AWSAccountId: state.accountId,
    Domain: domain.domain,
    S3Bucket: `aws-cognito-prod-${state.region}-assets`,
    CloudFrontDistribution: distributionOf(domain.domain),
    Version: String(domain.createdAt),
    Status: "ACTIVE",
    CustomDomainConfig: domain.certificateArn === undefined ? {} : { CertificateArn: domain.certificateArn },
    ManagedLoginVersion: domain.managedLoginVersion,
  };
}

function describeServer(pool: UserPool, server: ResourceServer): Json {
  return {
    UserPoolId: pool.id,
    Identifier: server.identifier,
    Name: server.name,
    Scopes: server.scopes,
  };
}

interface ServerInput {
  readonly UserPoolId: string;
  readonly Identifier: string;
  readonly Name: string;
  readonly Scopes?: ResourceServer["scopes"];
}

function serverOf(state: CognitoState, input: { UserPoolId: string; Identifier: string }): ResourceServer {
  const server = poolOf(state, input.UserPoolId).resourceServers.get(input.Identifier);
  if (server === undefined) throw notFound("Resource server not found.");
  return server;
}

/** Operations on domains and resource servers. */
export const domainOperations: OperationTable = {
  CreateUserPoolDomain: {
    category: "UserPoolResourceUpdate",
    write: true,
    run: (input: DomainInput, state) => {
      const pool = poolOf(state, input.UserPoolId);
      const certificateArn = input.CustomDomainConfig?.CertificateArn;
      if (certificateArn === undefined && input.Domain.includes(".")) {
        throw invalidParameter("Custom domain is not a valid subdomain: a certificate is needed for a custom domain.");
      }
      if (state.domains.has(input.Domain)) {
        throw invalidParameter(
          certificateArn === undefined
            ? "Domain already associated with another user pool."
            : "One or more of the CNAMEs you provided are already associated with a different resource.",
        );
      }
      const custom = certificateArn !== undefined;
      for (const other of state.domains.values()) {
        if (other.userPoolId === pool.id && (other.certificateArn !== undefined) === custom) {
          throw invalidParameter(`User pool already has a ${custom ? "custom domain" : "domain"} configured.`);
        }
      }
      const domain: PoolDomain = {
        domain: input.Domain,
        userPoolId: pool.id,
        certificateArn,
        managedLoginVersion: input.ManagedLoginVersion ?? 1,
        createdAt: state.now(),
      };
      state.domains.set(input.Domain, domain);
      return {
        ManagedLoginVersion: domain.managedLoginVersion,
        ...(custom ? { CloudFrontDomain: distributionOf(input.Domain) } : {}),
      };
    },
  },
  DescribeUserPoolDomain: {
    category: "UserPoolResourceRead",
    write: false,
    run: (input: { Domain: string }, state) => {
      const domain = state.domains.get(input.Domain);
      return { DomainDescription: domain === undefined ? {} : describeDomain(state, domain) };
    },
  },
  UpdateUserPoolDomain: {
    category: "UserPoolResourceUpdate",
    write: true,
    run: (input: DomainInput, state) => {
      const pool = poolOf(state, input.UserPoolId);
      const domain = state.domains.get(input.Domain);
      if (domain?.userPoolId !== pool.id) throw invalidParameter("No such domain or user pool exists.");
      const certificateArn = input.CustomDomainConfig?.CertificateArn ?? domain.certificateArn;
      const managedLoginVersion = input.ManagedLoginVersion ?? domain.managedLoginVersion;
      state.domains.set(domain.domain, { ...domain, certificateArn, managedLoginVersion });
      return {
        ManagedLoginVersion: managedLoginVersion,
        ...(certificateArn === undefined ? {} : { CloudFrontDomain: distributionOf(domain.domain) }),
      };
    },
  },
  DeleteUserPoolDomain: {
    category: "UserPoolResourceUpdate",
    write: true,
    run: (input: DomainInput, state) => {
      const pool = poolOf(state, input.UserPoolId);
      if (state.domains.get(input.Domain)?.userPoolId !== pool.id) {
        throw invalidParameter("No such domain or user pool exists.");
      }
      state.domains.delete(input.Domain);
      return {};
    },
  },
  CreateResourceServer: {
    category: "UserPoolResourceUpdate",
    write: true,
    run: (input: ServerInput, state) => {
      const pool = poolOf(state, input.UserPoolId);
      if (pool.resourceServers.has(input.Identifier)) {
        throw invalidParameter(`${input.Identifier} already exists in user pool ${pool.id}.`);
      }
      const server: ResourceServer = {
        identifier: input.Identifier,
        name: input.Name,
        scopes: input.Scopes ?? [],
      };
      pool.resourceServers.set(server.identifier, server);
      return { ResourceServer: describeServer(pool, server) };
    },
  },
  DescribeResourceServer: {
    category: "UserPoolResourceRead",
    write: false,
    run: (input: ServerInput, state) => ({
      ResourceServer: describeServer(poolOf(state, input.UserPoolId), serverOf(state, input)),
    }),
  },
  UpdateResourceServer: {
    category: "UserPoolResourceUpdate",
    write: true,
    run: (input: ServerInput, state) => {
      const server = serverOf(state, input);
      server.name = input.Name;
      server.scopes = input.Scopes ?? [];
      return { ResourceServer: describeServer(poolOf(state, input.UserPoolId), server) };
    },
  },
  DeleteResourceServer: {
    category: "UserPoolResourceUpdate",
    write: true,
    run: (input: ServerInput, state) => {
      serverOf(state, input);
      poolOf(state, input.UserPoolId).resourceServers.delete(input.Identifier);
      return {};
    },
  },
  ListResourceServers: {
    category: "UserPoolResourceRead",
    write: false,
    run: (input: { UserPoolId: string; MaxResults?: number; NextToken?: string }, state) => {
      const pool = poolOf(state, input.UserPoolId);
      const { items, next } = pageOf([...pool.resourceServers.values()], state.tokens, {
        token: input.NextToken,
        limit: input.MaxResults ?? 50,
        binding: ["ListResourceServers", pool.id],
      });
      return {
        ResourceServers: items.map((server) => describeServer(pool, server)),
        ...(next === undefined ? {} : { NextToken: next }),
      };
    },
  },
};
