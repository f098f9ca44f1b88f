import { CLOUDFRONT_ZONE_ID, type DnsChange, type DnsFile, MOVE_TTL_SECONDS } from "./dns-change.ts";

interface RecordSet {
  readonly Name: string;
  readonly Type: "A" | "CNAME";
  readonly TTL?: number;
  readonly ResourceRecords?: readonly { readonly Value: string }[];
  readonly AliasTarget?: {
    readonly HostedZoneId: string;
    readonly DNSName: string;
    readonly EvaluateTargetHealth: boolean;
  };
}

interface Change {
  readonly Action: "UPSERT" | "CREATE" | "DELETE";
  readonly ResourceRecordSet: RecordSet;
}

/**
 * Change batches for Route 53. Where the record is an alias, it is deleted and the CNAME created in one batch, which Route 53
 * does as a whole or not at all.
 */
export function route53Files(change: DnsChange): readonly DnsFile[] {
  const { record } = change;
  const before = record === "alias" ? alias(change) : cname(change, change.distribution, MOVE_TTL_SECONDS);
  const after = cname(change, change.target, MOVE_TTL_SECONDS);
  const replace = (from: RecordSet, to: RecordSet): readonly Change[] =>
    record === "alias"
      ? [
          { Action: "DELETE", ResourceRecordSet: from },
          { Action: "CREATE", ResourceRecordSet: to },
        ]
      : [{ Action: "UPSERT", ResourceRecordSet: to }];
  const lower: readonly Change[] = [{ Action: "UPSERT", ResourceRecordSet: before }];
  const raise: readonly Change[] = [
    { Action: "UPSERT", ResourceRecordSet: cname(change, change.target, change.ttlSeconds) },
  ];
  return [
    { name: "certificate.yaml", text: certificateTemplate(change) },
    ...(record === "alias" ? [] : [batch("1-lower-ttl.json", `keep ${change.host} for 60 s only`, lower)]),
    batch("2-switch.json", `${change.host} to the bridge`, replace(before, after)),
    batch("back.json", `${change.host} back to Cognito`, replace(after, before)),
    batch("3-raise-ttl.json", `keep ${change.host} for ${change.ttlSeconds} s again`, raise),
  ];
}

function alias({ host, distribution }: DnsChange): RecordSet {
  return {
    Name: `${host}.`,
    Type: "A",
    AliasTarget: { HostedZoneId: CLOUDFRONT_ZONE_ID, DNSName: `${distribution}.`, EvaluateTargetHealth: false },
  };
}

function cname({ host }: DnsChange, value: string, ttl: number): RecordSet {
  return { Name: `${host}.`, Type: "CNAME", TTL: ttl, ResourceRecords: [{ Value: `${value}.` }] };
}

function batch(name: string, comment: string, changes: readonly Change[]): DnsFile {
  return { name, text: `${JSON.stringify({ Comment: comment, Changes: changes }, undefined, 2)}\n` };
}

/** A certificate for the host in the region of the bridge; CloudFormation adds the records that prove the zone is yours. */
function certificateTemplate({ host, zoneId }: DnsChange): string {
  return [
    'AWSTemplateFormatVersion: "2010-09-09"',
    `Description: "Certificate of ${host} for the load balancer or API in front of the bridge. Deploy it before any record of the host changes."`,
    "Parameters:",
    "  HostedZoneId:",
    "    Type: String",
    ...(zoneId === undefined ? [] : [`    Default: ${JSON.stringify(zoneId)}`]),
    "Resources:",
    "  Certificate:",
    "    Type: AWS::CertificateManager::Certificate",
    "    Properties:",
    `      DomainName: ${JSON.stringify(host)}`,
    "      ValidationMethod: DNS",
    "      DomainValidationOptions:",
    `        - DomainName: ${JSON.stringify(host)}`,
    "          HostedZoneId: !Ref HostedZoneId",
    "Outputs:",
    "  CertificateArn:",
    "    Value: !Ref Certificate",
    "",
  ].join("\n");
}
