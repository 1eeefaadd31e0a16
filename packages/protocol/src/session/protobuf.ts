/**
 * The sliver of Protocol Buffers that v4 messages need, read strictly: one encoding per message.
 * Fields ascend, none repeats, none is unknown, varints are minimal, lengths are bounded before anything is copied.
 */

/** One field a message may have. */
export interface ProtobufField {
  readonly number: number;
  /** "uint32" is a varint up to 2^32 - 1; a size pair is a byte string of that many bytes. */
  readonly kind: "uint32" | { readonly minBytes: number; readonly maxBytes: number };
  readonly isOptional?: boolean;
}

/** Values by position in the field list; undefined for an absent optional field. */
export type ProtobufValues = readonly (number | Uint8Array | undefined)[];

const WIRE_VARINT = 0;
const WIRE_BYTES = 2;

/** A varint of 32 bits takes at most five bytes. */
const MAX_VARINT_BYTES = 5;

interface Varint {
  readonly value: number;
  readonly end: number;
}

/** Reads a message; byte strings are views into `bytes`. @returns null for anything but the one valid encoding. */
export function readProtobuf(bytes: Uint8Array, fields: readonly ProtobufField[]): ProtobufValues | null {
  const values: (number | Uint8Array | undefined)[] = [];
  let offset = 0;
  for (const field of fields) {
    const isHere = offset < bytes.length && bytes[offset] === tagOf(field);
    if (!isHere) {
      if (field.isOptional !== true) return null;
      values.push(undefined);
      continue;
    }
    const number = readVarint(bytes, offset + 1);
    if (number === null) return null;
    if (field.kind === "uint32") {
      values.push(number.value);
      offset = number.end;
      continue;
    }
    offset = number.end + number.value;
    if (number.value < field.kind.minBytes || number.value > field.kind.maxBytes || offset > bytes.length) return null;
    values.push(bytes.subarray(number.end, offset));
  }
  return offset === bytes.length ? values : null;
}

/** Writes a message; `values` stand in the order of `fields`. */
export function writeProtobuf(fields: readonly ProtobufField[], values: ProtobufValues): Uint8Array {
  const out: number[] = [];
  const parts: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  let length = 0;
  for (const [index, field] of fields.entries()) {
    const value = values[index];
    if (value === undefined) continue;
    out.push(tagOf(field));
    if (typeof value === "number") pushVarint(out, value);
    else {
      pushVarint(out, value.length);
      parts.push({ at: out.length, bytes: value });
      length += value.length;
    }
  }
  return weave(out, parts, length);
}

/** Puts each byte string behind the header bytes that announce it. */
function weave(
  header: readonly number[],
  parts: readonly { readonly at: number; readonly bytes: Uint8Array }[],
  length: number,
): Uint8Array {
  const result = new Uint8Array(header.length + length);
  let offset = 0;
  let from = 0;
  for (const part of parts) {
    while (from < part.at) result[offset++] = header[from++] as number;
    result.set(part.bytes, offset);
    offset += part.bytes.length;
  }
  while (from < header.length) result[offset++] = header[from++] as number;
  return result;
}

/** Field numbers stay below 16, so a tag is one byte. */
function tagOf(field: ProtobufField): number {
  return (field.number << 3) | (field.kind === "uint32" ? WIRE_VARINT : WIRE_BYTES);
}

function readVarint(bytes: Uint8Array, start: number): Varint | null {
  let value = 0;
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte >= 0x80) continue;
    const isMinimal = i === 0 || byte !== 0;
    return isMinimal && value <= 0xffff_ffff ? { value, end: start + i + 1 } : null;
  }
  return null;
}

function pushVarint(out: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
}
