/**
 * Multiaddrs in few bytes, for invites: known forms as host, port and certificate hash; any other as text.
 * First byte: 16 × host kind + transport kind, or 0xff before text.
 * @see docs/spec/04-directory.md
 */

import { bytesToUtf8 } from "@noble/ciphers/utils.js";
import { base64urlnopad } from "@scure/base";
import { concat, utf8 } from "../bytes.ts";
import { MAX_ADDRESS_BYTES } from "../limits.ts";

/** Marks an address that follows as text. */
const TEXT = 0xff;

/** Host kinds by number. */
const HOSTS = ["ip4", "ip6", "dns", "dns4", "dns6"] as const;

/** Transport kinds by number: what stands before and after the port. */
const TRANSPORTS: readonly { readonly layer: "tcp" | "udp"; readonly tail: string }[] = [
  { layer: "tcp", tail: "" },
  { layer: "tcp", tail: "/ws" },
  { layer: "tcp", tail: "/wss" },
  { layer: "tcp", tail: "/tls/ws" },
  { layer: "udp", tail: "/webrtc-direct" },
  { layer: "udp", tail: "/quic-v1" },
];

const FORM = /^\/(ip4|ip6|dns|dns4|dns6)\/([^/]+)\/(tcp|udp)\/(\d{1,5})((?:\/[a-z0-9-]+)*?)(?:\/certhash\/u([\w-]+))?$/;

/** A SHA-256 multihash starts so. */
const SHA256_MULTIHASH = [0x12, 0x20];

/** Writes an address; takes the short form only when reading it gives back the same text. */
export function addressToBytes(address: string): Uint8Array {
  const short = shortForm(address);
  if (short !== null && bytesToAddress(short) === address) return short;
  return concat(Uint8Array.of(TEXT), utf8(address));
}

/** Reads an address; null for bytes that are none. */
export function bytesToAddress(encoded: Uint8Array): string | null {
  const kind = encoded[0];
  if (kind === undefined) return null;
  if (kind === TEXT) return readText(encoded.subarray(1));
  const host = HOSTS[kind >> 4];
  const transport = TRANSPORTS[kind & 0x0f];
  const name = host === undefined ? null : readHost(host, encoded.subarray(1));
  if (host === undefined || transport === undefined || name === null) return null;
  const rest = encoded.subarray(1 + name.sizeBytes);
  const certhash = readCerthash(rest.subarray(2));
  if (rest.length < 2 || certhash === null) return null;
  const port = (rest[0] as number) * 256 + (rest[1] as number);
  return `/${host}/${name.text}/${transport.layer}/${port}${transport.tail}${certhash}`;
}

function shortForm(address: string): Uint8Array | null {
  const [, host = "", name = "", layer, port = "", tail, hash] = FORM.exec(address) ?? [];
  const hostKind = (HOSTS as readonly string[]).indexOf(host);
  const transportKind = TRANSPORTS.findIndex((each) => each.layer === layer && each.tail === tail);
  const hostBytes = writeHost(host, name);
  if (hostKind < 0 || transportKind < 0 || hostBytes === null || Number(port) > 0xffff) return null;
  const portBytes = Uint8Array.of(Number(port) >> 8, Number(port) & 0xff);
  const digest = hash === undefined ? new Uint8Array(0) : writeCerthash(hash);
  return digest && concat(Uint8Array.of(hostKind * 16 + transportKind), hostBytes, portBytes, digest);
}

/** The 32-byte digest of a base64url multihash text. */
function writeCerthash(text: string): Uint8Array | null {
  try {
    const multihash = base64urlnopad.decode(text);
    return multihash.length === 34 ? multihash.slice(2) : null;
  } catch {
    return null; // not base64url: the address stays text
  }
}

function readCerthash(digest: Uint8Array): string | null {
  if (digest.length === 0) return "";
  if (digest.length !== 32) return null;
  return `/certhash/u${base64urlnopad.encode(Uint8Array.from([...SHA256_MULTIHASH, ...digest]))}`;
}

function writeHost(host: string, name: string): Uint8Array | null {
  if (host === "ip4") return writeIp4(name);
  if (host === "ip6") return writeIp6(name);
  const text = utf8(name);
  return text.length > 0 && text.length <= 255 ? concat(Uint8Array.of(text.length), text) : null;
}

interface HostName {
  readonly text: string;
  readonly sizeBytes: number;
}

function readHost(host: (typeof HOSTS)[number], bytes: Uint8Array): HostName | null {
  const length = host === "ip4" ? 4 : host === "ip6" ? 16 : (bytes[0] ?? 0) + 1;
  if (bytes.length < length || length === 1) return null;
  const own = bytes.subarray(0, length);
  if (host === "ip4") return { text: own.join("."), sizeBytes: length };
  if (host === "ip6") return { text: readIp6(own), sizeBytes: length };
  const text = readText(own.subarray(1));
  return text === null || text.includes("/") ? null : { text, sizeBytes: length };
}

function writeIp4(name: string): Uint8Array | null {
  const parts = name.split(".").map(Number);
  return parts.length === 4 && parts.every((part) => part >= 0 && part <= 255) ? Uint8Array.from(parts) : null;
}

/** Accepts the compressed form; zone names and embedded IPv4 stay text. */
function writeIp6(name: string): Uint8Array | null {
  const [head = "", tail] = name.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  if (zeros < 0) return null;
  const groups = [...before, ...new Array<string>(zeros).fill("0"), ...after];
  if (groups.length !== 8 || !groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return null;
  return Uint8Array.from(groups.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff]));
}

/** RFC 5952: lower case, the longest run of two or more zero groups as `::`, the first of equal ones. */
function readIp6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((bytes[2 * i] as number) * 256 + (bytes[2 * i + 1] as number)).toString(16),
  );
  const runs = groups.map((_, start) => {
    const end = groups.findIndex((group, index) => index >= start && group !== "0");
    return (end < 0 ? groups.length : end) - start;
  });
  const longest = Math.max(...runs);
  if (longest < 2) return groups.join(":");
  const start = runs.indexOf(longest);
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + longest).join(":")}`;
}

function readText(bytes: Uint8Array): string | null {
  if (bytes.length === 0 || bytes.length > MAX_ADDRESS_BYTES) return null;
  return bytes.every((byte) => byte > 0x20 && byte < 0x7f) ? bytesToUtf8(bytes) : null;
}
