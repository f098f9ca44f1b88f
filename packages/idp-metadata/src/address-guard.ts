import { BlockList, isIP } from "node:net";

/** Which addresses may be asked. */
export interface AddressRules {
  /** Private and loopback addresses too. Link-local ones never: clouds keep credentials there. */
  readonly privateAddresses: boolean;
}

/** Networks that nobody on the internet is in; IANA's special-purpose registries. */
const PRIVATE: readonly string[] = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "::/127",
  "fc00::/7",
];

/** Never asked: link-local, multicast, reserved, and forms that hide another address inside. */
const NEVER: readonly string[] = [
  "169.254.0.0/16",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
  "fd00:ec2::/32",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "2002::/16",
  "2001::/32",
  "100::/64",
];

const privateList = listOf(PRIVATE);
const neverList = listOf(NEVER);

/** Whether an IP address may be asked. Text that is none may not. */
export function mayAsk(address: string, { privateAddresses }: AddressRules): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  // An IPv6 address that stands for an IPv4 one is checked against the IPv4 networks too.
  if (neverList.check(address, type)) return false;
  return privateAddresses || !privateList.check(address, type);
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    list.addSubnet(address, Number(prefix), isIP(address) === 4 ? "ipv4" : "ipv6");
  }
  return list;
}
