/**
 * ICE candidates, read to a whitelist and written from it (RFC 8839). Addresses that a candidate was derived from do not
 * travel: they only tell more about the network of whoever offers it.
 * @see docs/spec/09-call.md (Candidates)
 */
import { field, oneOf, optional, record, type Shape, text, uint } from "../codec/schema.ts";
import { err, ok, type Result } from "../result.ts";
import { checked } from "./checked.ts";

/** How a candidate came about. */
export type CandidateType = "host" | "srflx" | "prflx" | "relay";

/** A place where a side may be reached. */
export interface IceCandidate {
  readonly foundation: string;
  readonly transport: "udp" | "tcp";
  readonly priority: number;
  /** IPv4, IPv6, or a random name of mDNS. */
  readonly address: string;
  readonly port: number;
  readonly type: CandidateType;
  readonly tcpType?: "active" | "passive" | "so" | undefined;
}

/** A candidate that is not let through. */
export type CandidateError = { readonly code: "bad-candidate" };

const MAX_LINE_CHARACTERS = 512;
const MAX_ADDRESS_CHARACTERS = 45;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const IPV6 = /^(?=.*:.*:)[0-9a-f:]{2,39}$|^::ffff:\d{1,3}(?:\.\d{1,3}){3}$/i;
const MDNS = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.local$/i;
const FOUNDATION = /^[A-Za-z0-9+/]{1,32}$/;

function isAddress(value: string): boolean {
  return value.length <= MAX_ADDRESS_CHARACTERS && (IPV4.test(value) || IPV6.test(value) || MDNS.test(value));
}

/** Codec shape of a candidate. */
export const candidateShape: Shape<IceCandidate> = record<IceCandidate>({
  foundation: field(
    1,
    checked(text(32), (value) => FOUNDATION.test(value)),
  ),
  transport: field(2, oneOf<IceCandidate["transport"]>({ udp: 0, tcp: 1 })),
  priority: field(3, uint(0xffff_ffff)),
  address: field(4, checked(text(MAX_ADDRESS_CHARACTERS), isAddress)),
  port: field(5, uint(65_535)),
  type: field(6, oneOf<CandidateType>({ host: 0, srflx: 1, prflx: 2, relay: 3 })),
  tcpType: optional(7, oneOf<NonNullable<IceCandidate["tcpType"]>>({ active: 0, passive: 1, so: 2 })),
});

const TYPES: readonly string[] = ["host", "srflx", "prflx", "relay"];
const TCP_TYPES: readonly string[] = ["active", "passive", "so"];

/** Reads a `candidate:` line of a browser; what stands behind the type is left out, but for the TCP type. */
export function parseCandidate(line: string): Result<IceCandidate, CandidateError> {
  const bad = err({ code: "bad-candidate" } as const);
  if (line.length > MAX_LINE_CHARACTERS || !line.startsWith("candidate:")) return bad;
  const [foundation = "", component, transport = "", priority, address = "", port, typ, type = "", ...rest] = line
    .slice("candidate:".length)
    .split(" ");
  const tcpType = rest[rest.indexOf("tcptype") + 1];
  const isTcp = transport.toLowerCase() === "tcp";
  if (component !== "1" || typ !== "typ" || !FOUNDATION.test(foundation) || !isAddress(address)) return bad;
  if (!isTcp && transport.toLowerCase() !== "udp") return bad;
  if (!isWithin(priority, 0xffff_ffff) || !isWithin(port, 65_535) || !TYPES.includes(type)) return bad;
  if (isTcp && (!rest.includes("tcptype") || !TCP_TYPES.includes(tcpType ?? ""))) return bad;
  return ok({
    foundation,
    transport: isTcp ? "tcp" : "udp",
    priority: Number(priority),
    address,
    port: Number(port),
    type: type as CandidateType,
    ...(isTcp ? { tcpType: tcpType as NonNullable<IceCandidate["tcpType"]> } : {}),
  });
}

function isWithin(digits: string | undefined, max: number): boolean {
  return digits !== undefined && /^\d{1,10}$/.test(digits) && Number(digits) <= max;
}

/** Writes a candidate as a browser reads it, for a round of ICE under the other side's name. */
export function writeCandidate(candidate: IceCandidate, iceName: string): string {
  const { foundation, transport, priority, address, port, type, tcpType } = candidate;
  const related = type === "host" ? "" : " raddr 0.0.0.0 rport 0";
  const tcp = tcpType === undefined ? "" : ` tcptype ${tcpType}`;
  return `candidate:${foundation} 1 ${transport} ${priority} ${address} ${port} typ ${type}${related}${tcp} ufrag ${iceName}`;
}
