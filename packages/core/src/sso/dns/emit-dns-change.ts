import { cloudflareFiles } from "./cloudflare-files.ts";
import type { DnsChange, DnsFile, DnsProvider } from "./dns-change.ts";
import { route53Files } from "./route53-files.ts";
import { zoneFiles } from "./zone-files.ts";

const FILES: Readonly<Record<DnsProvider, (change: DnsChange) => readonly DnsFile[]>> = {
  route53: route53Files,
  cloudflare: cloudflareFiles,
  "zone-file": zoneFiles,
};

/** Everything that a move of the host takes: each step as a file, and the runbook that says when and how. */
export function emitDnsChange(provider: DnsProvider, change: DnsChange): readonly DnsFile[] {
  return [...FILES[provider](change), { name: "runbook.md", text: runbook(provider, change) }];
}

function runbook(provider: DnsProvider, change: DnsChange): string {
  const { host, distribution, target, ttlSeconds, record } = change;
  const aliased = provider === "route53" && record === "alias";
  const apply = (file: string): readonly string[] => ["", "```sh", ...commandFor(provider, change, file), "```", ""];
  const steps: readonly (readonly [title: string, ...lines: string[]])[] = [
    [
      "The certificate",
      `Get a certificate for \`${host}\` where TLS ends in front of the bridge, and prove that the zone is yours by a DNS`,
      "record, not by mail or over HTTP: the host still answers as Cognito. Nothing else may happen before the certificate is",
      "issued.",
      ...(provider === "route53"
        ? [
            "",
            "```sh",
            "aws cloudformation deploy --stack-name sso-bridge-certificate --template-file certificate.yaml \\",
            `  --parameter-overrides HostedZoneId=${zoneOf(change)}`,
            "```",
            "",
          ]
        : []),
    ],
    [
      "A test by name",
      "Test the bridge by the name of the host, without any change of DNS. It must show Cognito's sign-in page:",
      "",
      "```sh",
      `curl --connect-to ${host}:443:${target}:443 -sS -o /dev/null -w '%{http_code}\\n' \\`,
      `  'https://${host}/login?client_id=YOUR_CLIENT&response_type=code&redirect_uri=YOUR_CALLBACK'`,
      `curl --connect-to ${host}:443:${target}:443 -sS https://${host}/_bridge/health`,
      "```",
      "",
    ],
    aliased
      ? [
          "Nothing to lower",
          "The record is an alias, which resolvers keep for 60 s already. There is nothing to lower.",
        ]
      : [
          "Lower the TTL",
          `Lower the time that the record is kept to 60 s, then wait for as long as it was kept before: ${ttlSeconds} s at`,
          "least. A day is better, because not every resolver obeys.",
          ...apply("1-lower-ttl"),
        ],
    [
      "Switch",
      "Leave every connection in the mode `cognito`, and switch. From now on everything passes through the bridge, and nothing",
      "else changes.",
      ...apply("2-switch"),
      "Watch for ten minutes: requests that are passed through, their statuses, and sign-ins of your own.",
    ],
    [
      "The cut-over",
      "Cut the connections over, one by one, with `c2d sso cutover`. Leave the record at 60 s until the last one is verified.",
    ],
    ["Raise the TTL", "Raise the time again.", ...apply("3-raise-ttl")],
  ];
  return [
    `# ${host} to the bridge`,
    "",
    `Today the host points to Cognito's distribution \`${distribution}\`; afterwards it points to \`${target}\`.`,
    "Keep the custom domain in Cognito: the bridge reaches Cognito by it.",
    "",
    ...steps.flatMap(([title, ...lines], index) => [`## ${index + 1}. ${title}`, "", ...withoutLastBlank(lines), ""]),
    "## The way back",
    "",
    "At any time, without asking anybody. Within 60 s resolvers ask anew; browsers with an open connection follow when it ends.",
    "Sign-ins that began at Descope and come back to Cognito then have to begin again, so take the connections back first:",
    "`c2d sso cutover <connection> --back`.",
    ...apply("back"),
  ].join("\n");
}

function withoutLastBlank(lines: readonly string[]): readonly string[] {
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

function zoneOf({ zoneId }: DnsChange): string {
  return zoneId ?? "YOUR_ZONE_ID";
}

function commandFor(provider: DnsProvider, change: DnsChange, step: string): readonly string[] {
  switch (provider) {
    case "route53":
      return [
        `aws route53 change-resource-record-sets --hosted-zone-id ${zoneOf(change)} \\`,
        `  --change-batch file://${step}.json`,
      ];
    case "cloudflare":
      return [
        `curl -sS -X PATCH "https://api.cloudflare.com/client/v4/zones/${zoneOf(change)}/dns_records/YOUR_RECORD_ID" \\`,
        '  -H "Authorization: Bearer $CLOUDFLARE_API_TOKEN" -H "Content-Type: application/json" \\',
        `  --data @${step}.json`,
      ];
    case "zone-file":
      return [`cat ${step}.zone   # in place of the line of ${change.host}, then raise the serial and reload`];
    default:
      return provider satisfies never;
  }
}
