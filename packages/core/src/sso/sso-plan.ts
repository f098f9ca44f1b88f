import type { Finding } from "../findings/finding.ts";
import type { FindingRule } from "../findings/rules.ts";
import type { AttributeDefinition } from "../project/project-snapshot.ts";
import type { Classification } from "./classify-connection.ts";
import type { ConnectionDifference } from "./compare-settings.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionSettings } from "./connection-settings.ts";
import type { IdentityVendor } from "./identity-vendor.ts";

/** Something about one connection. */
export interface ConnectionFinding {
  readonly rule: FindingRule;
  /** More than the connection's label, where that helps: a domain, a certificate's date. Without personal data. */
  readonly detail?: string;
}

/** What would be done about one connection. */
export interface SsoPlanItem {
  readonly connection: Connection;
  /** The connection's name, with its pool where several are planned. */
  readonly label: string;
  readonly vendor: IdentityVendor;
  readonly classification: Classification;
  /** `blocked`: nothing is written, and the findings say why. */
  readonly operation: "create" | "update" | "none" | "blocked";
  /** Absent when blocked. */
  readonly settings?: ConnectionSettings;
  /** The tenant's name, where it has to be made. */
  readonly newTenant?: string;
  /** Domains that the tenant has afterwards, those it had before among them. */
  readonly domains: readonly string[];
  readonly differences: readonly ConnectionDifference[];
  /** Whether a client's secret is sent along. */
  readonly sendsSecret: boolean;
  readonly findings: readonly ConnectionFinding[];
  /** SHA-256 of everything that the item depends on in the pool, secrets left out. */
  readonly hash: string;
}

/** What would be done about all connections. Plain data without any secret. */
export interface SsoPlan {
  /** SHA-256 over the items and definitions, whatever their order in the pools. */
  readonly hash: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** By label. */
  readonly items: readonly SsoPlanItem[];
  /** Custom attributes that the mappings need and the project lacks. */
  readonly attributes: readonly AttributeDefinition[];
  readonly findings: readonly Finding[];
}
