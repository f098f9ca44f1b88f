import { type DnsChange, type DnsFile, MOVE_TTL_SECONDS } from "./dns-change.ts";

/** Lines for zone files (RFC 1035), each in place of the line that the host has. The zone's serial number is yours to raise. */
export function zoneFiles({ host, distribution, target, ttlSeconds }: DnsChange): readonly DnsFile[] {
  const line = (name: string, value: string, ttl: number): DnsFile => ({
    name,
    text: `${host}. ${ttl} IN CNAME ${value}.\n`,
  });
  return [
    line("1-lower-ttl.zone", distribution, MOVE_TTL_SECONDS),
    line("2-switch.zone", target, MOVE_TTL_SECONDS),
    line("back.zone", distribution, MOVE_TTL_SECONDS),
    line("3-raise-ttl.zone", target, ttlSeconds),
  ];
}
