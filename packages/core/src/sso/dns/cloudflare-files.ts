import { type DnsChange, type DnsFile, MOVE_TTL_SECONDS } from "./dns-change.ts";

/** Bodies for Cloudflare's API that edits a DNS record. Cloudflare keeps proxied records for 300 s and takes no other time for them. */
export function cloudflareFiles(change: DnsChange): readonly DnsFile[] {
  const { host, distribution, target, ttlSeconds } = change;
  const body = (name: string, content: string, ttl: number, comment: string): DnsFile => ({
    name,
    text: `${JSON.stringify({ type: "CNAME", name: host, content, ttl, proxied: false, comment }, undefined, 2)}\n`,
  });
  return [
    body("1-lower-ttl.json", distribution, MOVE_TTL_SECONDS, "Cognito, kept for 60 s only"),
    body("2-switch.json", target, MOVE_TTL_SECONDS, "the bridge"),
    body("back.json", distribution, MOVE_TTL_SECONDS, "back to Cognito"),
    body("3-raise-ttl.json", target, ttlSeconds, "the bridge"),
  ];
}
