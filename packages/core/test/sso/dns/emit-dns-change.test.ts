import { describe, expect, test } from "vitest";
import { DNS_PROVIDERS, type DnsChange, dnsChangeProblem, emitDnsChange } from "../../../src/index.ts";

const change: DnsChange = {
  host: "auth.example.com",
  distribution: "d111111abcdef8.cloudfront.net",
  target: "bridge-1.eu-west-1.elb.amazonaws.com",
  record: "cname",
  ttlSeconds: 300,
  zoneId: "Z123",
};

interface Batch {
  readonly Changes: readonly { readonly Action: string; readonly ResourceRecordSet: { readonly TTL?: number } }[];
}

function batchOf(files: readonly { readonly name: string; readonly text: string }[], name: string): Batch {
  return JSON.parse(files.find((file) => file.name === name)?.text ?? "") as Batch;
}

describe("a change of DNS", () => {
  test.each(DNS_PROVIDERS)("at %s has every step, the way back, and a runbook that names each file", (provider) => {
    const files = emitDnsChange(provider, change);
    const runbook = files.at(-1)?.text ?? "";
    expect(files.at(-1)?.name).toBe("runbook.md");
    for (const { name, text } of files.slice(0, -1)) {
      expect(runbook).toContain(name);
      if (name === "certificate.yaml") continue;
      expect(text).toContain(name.startsWith("2") || name.startsWith("3") ? change.target : change.distribution);
      expect(text).toMatch(name.startsWith("3") ? /300/ : /\b60\b/);
    }
    expect(runbook).not.toMatch(/\n\n\n|## \d+\n/);
    expect(runbook.indexOf("certificate")).toBeLessThan(runbook.indexOf("2-switch"));
  });

  test("of an alias deletes and creates in one batch, and the way back is the same the other way round", () => {
    const files = emitDnsChange("route53", { ...change, record: "alias" });
    const there = batchOf(files, "2-switch.json").Changes;
    const back = batchOf(files, "back.json").Changes;
    expect(there.map(({ Action }) => Action)).toEqual(["DELETE", "CREATE"]);
    expect(back.map((one) => one.ResourceRecordSet)).toEqual([...there].reverse().map((one) => one.ResourceRecordSet));
    expect(files.map(({ name }) => name)).not.toContain("1-lower-ttl.json");
  });

  test("leaves what it does not know to be filled in", () => {
    expect(emitDnsChange("route53", { ...change, zoneId: undefined }).at(-1)?.text).toContain("YOUR_ZONE_ID");
  });

  test.each([
    ["a host that is none", { host: "auth_example" }],
    ["a target with something in it that a zone would read", { target: "a.example.com. 60 IN A 1" }],
    ["an address", { target: "10.0.0.11" }],
    ["the host itself", { target: "auth.example.com" }],
    ["another distribution, which could not have the host as its alias", { target: "d2.cloudfront.net" }],
    ["a distribution that is none", { distribution: "" }],
  ])("refuses %s", (_what, more) => {
    expect(dnsChangeProblem({ ...change, ...more })).toBeDefined();
    expect(dnsChangeProblem(change)).toBeUndefined();
  });
});
