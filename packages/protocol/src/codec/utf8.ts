/** UTF-8 read and written in place: the texts of messages are too short to pay for a call of the platform's coders. */

/** Code units put into a text at once: arguments of one call. */
const CHUNK_UNITS = 512;

/** The least code point of each length, in bytes: what is below has a shorter form. */
const LEAST_POINT: readonly number[] = [0, 0, 0x80, 0x800, 0x1_0000];

const REPLACEMENT = 0xfffd;

/** The UTF-8 length of a text in bytes, without allocating; half a surrogate pair counts as its replacement, 3. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (isPair(unit, text.charCodeAt(i + 1))) {
      length += 2; // four bytes for two units
      i++;
    } else length += 2;
  }
  return length;
}

/** Writes a text at `at`; there must be room for `utf8Length` bytes. @returns where the next byte goes. */
export function writeUtf8(text: string, into: Uint8Array, at: number): number {
  let to = at;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      into[to++] = unit;
      continue;
    }
    const next = text.charCodeAt(i + 1);
    const isFirst = isPair(unit, next);
    if (isFirst) i++;
    const point = isFirst ? ((unit - 0xd7c0) << 10) | (next & 0x3ff) : isSurrogate(unit) ? REPLACEMENT : unit;
    to = writePoint(point, into, to);
  }
  return to;
}

/** The text of the bytes from `start` to `end`; null when they are not UTF-8 in its one form (RFC 3629). */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string | null {
  const units: number[] = [];
  let text = "";
  for (let at = start; at < end; ) {
    const head = bytes[at] as number;
    if (head < 0x80) {
      units.push(head);
      at++;
    } else {
      const size = head < 0xc2 || head > 0xf4 ? 0 : head < 0xe0 ? 2 : head < 0xf0 ? 3 : 4;
      const point = size === 0 || at + size > end ? -1 : readPoint(bytes, at, size);
      if (point < 0) return null;
      if (point < 0x1_0000) units.push(point);
      else units.push(0xd7c0 + (point >> 10), 0xdc00 | (point & 0x3ff));
      at += size;
    }
    if (units.length < CHUNK_UNITS) continue;
    text += String.fromCharCode(...units);
    units.length = 0;
  }
  return text + String.fromCharCode(...units);
}

function writePoint(point: number, into: Uint8Array, at: number): number {
  let to = at;
  if (point < 0x800) into[to++] = 0xc0 | (point >> 6);
  else {
    if (point < 0x1_0000) into[to++] = 0xe0 | (point >> 12);
    else {
      into[to++] = 0xf0 | (point >> 18);
      into[to++] = 0x80 | ((point >> 12) & 0x3f);
    }
    into[to++] = 0x80 | ((point >> 6) & 0x3f);
  }
  into[to++] = 0x80 | (point & 0x3f);
  return to;
}

/** A code point of two to four bytes; -1 when it is none or has a shorter form. */
function readPoint(bytes: Uint8Array, at: number, size: number): number {
  let point = (bytes[at] as number) & (0x7f >> size);
  for (let i = 1; i < size; i++) {
    const next = bytes[at + i] as number;
    if ((next & 0xc0) !== 0x80) return -1;
    point = (point << 6) | (next & 0x3f);
  }
  return point < (LEAST_POINT[size] as number) || point > 0x10_ffff || isSurrogate(point) ? -1 : point;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xe000;
}

/** Whether two units are one character; the second is NaN at the end of a text. */
function isPair(first: number, second: number): boolean {
  return first >= 0xd800 && first < 0xdc00 && second >= 0xdc00 && second < 0xe000;
}
