/** Answers whether the asker can be reached: dials only addresses at the very address the request came from. */
import type { Prober } from "@kith/client";
import type { RelayId } from "@kith/protocol";
import { addressToSource } from "./token-bucket.ts";

const PEER_SUFFIX = /^(.+)\/p2p\/([1-9A-HJ-NP-Za-km-z]{40,60})$/;
const IP_PREFIX = /^\/ip[46]\/([0-9A-Fa-f.:]+)\//;

/**
 * Dials each address once and says which answered.
 * An address must end in `/p2p/<PeerId>`, so that only the asker itself can answer, and must lie at `remoteAddress`;
 * any other counts as not reached and is never dialled.
 */
export async function dialBack(
  prober: Prober,
  remoteAddress: string,
  addresses: readonly string[],
): Promise<readonly boolean[]> {
  return Promise.all(
    addresses.map(async (text) => {
      const [, address, peer] = PEER_SUFFIX.exec(text) ?? [];
      const ip = IP_PREFIX.exec(`${address ?? ""}/`)?.[1];
      if (address === undefined || peer === undefined || ip === undefined) return false;
      if (!isSameAddress(ip, remoteAddress) || address.includes("/p2p-circuit")) return false;
      return prober.probe({ relay: peer as RelayId, addresses: [address] });
    }),
  );
}

function isSameAddress(a: string, b: string): boolean {
  return normalAddress(a) === normalAddress(b);
}

/** One text for each IP address: IPv4 also when mapped into IPv6, IPv6 with all eight groups. */
function normalAddress(address: string): string {
  if (!address.includes(":")) return address;
  const mapped = addressToSource(address);
  if (!mapped.includes(":")) return mapped;
  const [text = ""] = address.toLowerCase().split("%");
  const [head = "", tail] = text.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill("0"), ...right];
  return groups.map((group) => group.replace(/^0+(?=.)/, "")).join(":");
}
