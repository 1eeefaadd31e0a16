/**
 * The little of STUN that says where a packet came from: Binding requests and their answers (RFC 8489). Whatever else a
 * packet holds is not for this; no packet is answered by a larger one of another kind.
 */

const HEADER_BYTES = 20;
const COOKIE = 0x2112_a442;
const REQUEST = 0x0001;
const SUCCESS = 0x0101;
const XOR_MAPPED_ADDRESS = 0x0020;

/** The longest request that is read, in bytes (RFC 8489, 6.1: what fits any path). */
const MAX_BYTES = 548;

/** Bytes of a transaction's id. */
export const TRANSACTION_BYTES = 12;

/** A Binding request without attributes. @param transaction 12 bytes. */
export function encodeBindingRequest(transaction: Uint8Array): Uint8Array {
  return encodeHeader(REQUEST, 0, transaction);
}

/** The transaction of a Binding request; null for every other packet, also for one that asks for what is not known. */
export function readBindingRequest(packet: Uint8Array): Uint8Array | null {
  return isMessage(packet, REQUEST) && hasKnownAttributes(packet) ? transactionOf(packet) : null;
}

/** Whether a packet is the answer to a Binding request. */
export function isBindingAnswer(packet: Uint8Array, transaction: Uint8Array): boolean {
  if (!isMessage(packet, SUCCESS)) return false;
  return transactionOf(packet).every((byte, at) => byte === transaction[at]);
}

/** The answer: from which address and port the request came. @param address 4 or 16 bytes. */
export function encodeBindingAnswer(transaction: Uint8Array, address: Uint8Array, port: number): Uint8Array {
  if (address.length !== 4 && address.length !== 16) throw new RangeError("an address has 4 or 16 bytes");
  const answer = new Uint8Array(HEADER_BYTES + 8 + address.length);
  answer.set(encodeHeader(SUCCESS, 8 + address.length, transaction));
  const view = new DataView(answer.buffer);
  view.setUint16(20, XOR_MAPPED_ADDRESS);
  view.setUint16(22, 4 + address.length);
  view.setUint8(25, address.length === 4 ? 1 : 2);
  view.setUint16(26, port ^ (COOKIE >>> 16));
  // The cookie and the transaction lie side by side in the header: that is the mask.
  for (const [at, byte] of address.entries()) answer[28 + at] = byte ^ (answer[4 + at] as number);
  return answer;
}

function encodeHeader(type: number, length: number, transaction: Uint8Array): Uint8Array {
  if (transaction.length !== TRANSACTION_BYTES) throw new RangeError("a transaction has 12 bytes");
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint16(0, type);
  view.setUint16(2, length);
  view.setUint32(4, COOKIE);
  header.set(transaction, 8);
  return header;
}

function viewOf(packet: Uint8Array): DataView {
  return new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
}

function isMessage(packet: Uint8Array, type: number): boolean {
  if (packet.length < HEADER_BYTES || packet.length > MAX_BYTES || packet.length % 4 !== 0) return false;
  const view = viewOf(packet);
  if (view.getUint16(0) !== type || view.getUint32(4) !== COOKIE) return false;
  return view.getUint16(2) === packet.length - HEADER_BYTES;
}

function transactionOf(packet: Uint8Array): Uint8Array {
  return packet.slice(8, HEADER_BYTES);
}

/** Attributes are whole, and none of those that must be understood is there. */
function hasKnownAttributes(packet: Uint8Array): boolean {
  const view = viewOf(packet);
  let at = HEADER_BYTES;
  while (at < packet.length) {
    if (view.getUint16(at) < 0x8000) return false;
    at += 4 + Math.ceil(view.getUint16(at + 2) / 4) * 4;
  }
  return at === packet.length;
}
