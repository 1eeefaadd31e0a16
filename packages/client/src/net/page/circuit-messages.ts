/**
 * The few messages of circuit relays that a page sends and reads, as protocol buffers.
 * @see https://github.com/libp2p/specs/blob/master/relay/circuit-v2.md
 */

/** Largest message that is read, in bytes: a reservation names the addresses of its relay and carries a voucher. */
export const MAX_CIRCUIT_MESSAGE_BYTES: number = 8 * 1024;

/** The status of everything that went well. */
export const STATUS_OK = 100;

/** The types of the messages to a relay. */
const HOP = { reserve: 0, connect: 1, status: 2 };
/** The types of the messages from a relay. */
const STOP = { connect: 0, status: 1 };

/** What a relay answered. */
export interface HopAnswer {
  readonly status: number;
  /** Unix time in s at which a place ends. */
  readonly expiresAtS: number | undefined;
}

type Field = { readonly number: number } & ({ readonly value: number } | { readonly bytes: Uint8Array });

/** Asks for a place. */
export function encodeReserve(): Uint8Array {
  return Uint8Array.of(tag(1, 0), HOP.reserve);
}

/** Asks for a circuit to a peer. @param peer its multihash. */
export function encodeConnect(peer: Uint8Array): Uint8Array {
  if (peer.length > 125) throw new RangeError(`a peer's multihash is short, got ${peer.length} bytes`);
  const inner = [tag(1, 2), peer.length, ...peer];
  return Uint8Array.of(tag(1, 0), HOP.connect, tag(2, 2), inner.length, ...inner);
}

/** Takes a circuit that a relay offers. */
export function encodeStopOk(): Uint8Array {
  return Uint8Array.of(tag(1, 0), STOP.status, tag(4, 0), STATUS_OK);
}

/** @returns null when it is no answer of a relay. */
export function decodeHopAnswer(message: Uint8Array): HopAnswer | null {
  const fields = readFields(message);
  if (fields === null || numberOf(fields, 1) !== HOP.status) return null;
  const status = numberOf(fields, 5);
  const reservation = bytesOf(fields, 3);
  const inner = reservation === undefined ? [] : readFields(reservation);
  if (status === undefined || inner === null) return null;
  return { status, expiresAtS: numberOf(inner, 1) };
}

/** @returns the multihash of the peer who wants to be introduced; null when it is no such offer. */
export function decodeStopConnect(message: Uint8Array): Uint8Array | null {
  const fields = readFields(message);
  if (fields === null || numberOf(fields, 1) !== STOP.connect) return null;
  const peer = bytesOf(fields, 2);
  const inner = peer === undefined ? null : readFields(peer);
  return inner === null ? null : (bytesOf(inner, 1) ?? null);
}

function tag(number: number, wire: number): number {
  return (number << 3) | wire;
}

// The last of several fields counts, as the format says.
function numberOf(fields: readonly Field[], wanted: number): number | undefined {
  const found = fields.findLast(({ number }) => number === wanted);
  return found !== undefined && "value" in found ? found.value : undefined;
}

function bytesOf(fields: readonly Field[], wanted: number): Uint8Array | undefined {
  const found = fields.findLast(({ number }) => number === wanted);
  return found !== undefined && "bytes" in found ? found.bytes : undefined;
}

/** All fields, those this version does not know included; null when the bytes are no message. */
function readFields(message: Uint8Array): readonly Field[] | null {
  if (message.length > MAX_CIRCUIT_MESSAGE_BYTES) return null;
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number | null => {
    let value = 0;
    for (let shift = 0; shift < 8; shift++) {
      const byte = message[at++];
      if (byte === undefined) return null;
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return Number.isSafeInteger(value) ? value : null;
    }
    return null;
  };
  while (at < message.length) {
    const key = varint();
    if (key === null || key < 8) return null;
    const number = Math.floor(key / 8);
    const wire = key % 8;
    const value = wire === 0 || wire === 2 ? varint() : wire === 1 ? 8 : wire === 5 ? 4 : null;
    if (value === null) return null;
    if (wire === 0) {
      fields.push({ number, value });
      continue;
    }
    if (at + value > message.length) return null;
    if (wire === 2) fields.push({ number, bytes: message.subarray(at, at + value) });
    at += value;
  }
  return fields;
}
