/** Multiaddrs in text form: which can be dialled, how far they reach, and which few to tell others. */
import { MAX_ADDRESS_BYTES, MAX_ADDRESSES } from "@kith/protocol";

const HOST = "/(?:ip4|ip6|dns|dns4|dns6)/[^/]+";
const WS = "(?:/ws|/wss|/tls/ws|/tls/sni/[^/]+/ws)";
const DIALABLE = new RegExp(`^${HOST}(?:/tcp/\\d+${WS}?|/udp/\\d+/webrtc-direct(?:/certhash/[^/]+)+)$`);

/** How far an address reaches. */
export type AddressScope = "loopback" | "private" | "public";

/** The address without its trailing /p2p part. */
export function stripPeerId(address: string): string {
  return address.replace(/\/p2p\/[^/]+$/, "");
}

/** Whether Kith dials such an address: tcp, websocket or webrtc-direct at an IP address or name, nothing relayed. */
export function isDialable(address: string): boolean {
  return address.length <= MAX_ADDRESS_BYTES && DIALABLE.test(address);
}

/** The host part: an IP address or a name; null for other addresses. */
export function hostOf(address: string): string | null {
  return /^\/(?:ip4|ip6|dns|dns4|dns6)\/([^/]+)/.exec(address)?.[1] ?? null;
}

/** How far the address reaches; names count as public. */
export function scopeOf(address: string): AddressScope {
  const host = hostOf(address) ?? "";
  if (/^(127\.|::1$|localhost$)/.test(host)) return "loopback";
  if (/^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(host)) {
    return "private";
  }
  if (address.startsWith("/ip6/") && /^(fe[89ab]|f[cd])/i.test(host)) return "private";
  return "public";
}

/** The transport of an address, as people choose it. */
export function transportOf(address: string): "tcp" | "ws" | "webrtc-direct" {
  if (address.includes("/webrtc-direct")) return "webrtc-direct";
  return /\/wss?(\/|$)/.test(address) ? "ws" : "tcp";
}

const SCOPE_RANK: Readonly<Record<AddressScope, number>> = { public: 0, private: 1, loopback: 2 };

/**
 * The few addresses to tell others: the farthest reaching of each transport first, loopback only when there is
 * nothing else.
 * @returns at most three, without /p2p.
 */
export function pickAddresses(addresses: readonly string[]): readonly string[] {
  const all = [...new Set(addresses.map(stripPeerId))].filter(isDialable);
  const reachable = all.filter((address) => scopeOf(address) !== "loopback");
  const sorted = (reachable.length > 0 ? reachable : all).sort(
    (a, b) => SCOPE_RANK[scopeOf(a)] - SCOPE_RANK[scopeOf(b)],
  );
  const firstOfTransport = sorted.filter(
    (address, i) => sorted.findIndex((other) => transportOf(other) === transportOf(address)) === i,
  );
  return [...new Set([...firstOfTransport, ...sorted])].slice(0, MAX_ADDRESSES);
}
