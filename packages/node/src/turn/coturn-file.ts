/** The configuration of coturn, written from ours: what it is allowed to do is decided here alone. */
import type { TurnConfig } from "../config/turn-config.ts";

/**
 * Addresses that lead to this machine, its network or nowhere (RFC 6890): nobody may have packets sent there. coturn takes a
 * range from `::` on for one that holds all of IPv4.
 */
const PRIVATE_PEERS = [
  "0.0.0.0-0.255.255.255",
  "10.0.0.0-10.255.255.255",
  "100.64.0.0-100.127.255.255",
  "127.0.0.0-127.255.255.255",
  "169.254.0.0-169.254.255.255",
  "172.16.0.0-172.31.255.255",
  "192.0.0.0-192.0.0.255",
  "192.168.0.0-192.168.255.255",
  "198.18.0.0-198.19.255.255",
  "224.0.0.0-255.255.255.255",
  "::1-::1",
  "::ffff:0:0-::ffff:ffff:ffff",
  "64:ff9b::-64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
  "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  "ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
] as const;

/** Wildcards: every address of this machine. */
const EVERY_ADDRESS: readonly string[] = ["0.0.0.0", "::"];

/** What the file says beside the operator's wishes. */
export interface CoturnPlace {
  /** The address the relay listens at. */
  readonly host: string;
  /** Shared with whoever makes names and passwords. */
  readonly secret: string;
  /** A folder of its own. */
  readonly folder: string;
}

/** The text of `turnserver.conf`. Nothing is logged: a log of coturn holds names and addresses. */
export function writeCoturnFile(config: TurnConfig, { host, secret, folder }: CoturnPlace): string {
  const lines = [
    `listening-port=${config.port}`,
    ...(EVERY_ADDRESS.includes(host) ? [] : [`listening-ip=${host}`, `relay-ip=${host}`]),
    ...(config.externalAddress === null ? [] : [`external-ip=${config.externalAddress}`]),
    `min-port=${config.minPort}`,
    `max-port=${config.maxPort}`,
    "realm=kith",
    "use-auth-secret",
    `static-auth-secret=${secret}`,
    `total-quota=${config.maxAllocations}`,
    `user-quota=${config.maxAllocationsOfOne}`,
    `max-bps=${config.maxBytesPerSecond}`,
    "stale-nonce=600",
    "fingerprint",
    "no-cli",
    "no-tls",
    "no-dtls",
    "no-tcp-relay",
    "no-multicast-peers",
    "no-rfc5780",
    "no-stun-backward-compatibility",
    "response-origin-only-with-rfc5780",
    "no-software-attribute",
    ...(config.allowsPrivatePeers ? ["allow-loopback-peers"] : PRIVATE_PEERS.map((range) => `denied-peer-ip=${range}`)),
    "log-file=/dev/null",
    "no-stdout-log",
    "simple-log",
    `userdb=${folder}/unused.db`,
    `pidfile=${folder}/pid`,
  ];
  return `${lines.join("\n")}\n`;
}
