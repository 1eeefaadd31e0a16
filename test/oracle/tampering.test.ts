/** Every field of every kind of message, changed on its way to either side: refused, and the genuine one still read. */
import { cryptoSuite } from "@kith/client";
import { equalBytes, utf8 } from "@kith/protocol";
import { describe, expect, it } from "vitest";
import { Pair } from "./pair.ts";

/** A stretch of a message that stands for itself: the bytes of one field, or what stands before the first. */
interface Field {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const MAC_BYTES = 8;
const PREKEY_MESSAGE_FIELD = 4;

/**
 * What v4 does not authenticate around a first message: the registration id, and in libsignal, which reads half of the
 * version byte and passes over unknown fields, what announces it.
 */
const OPEN_FIELDS = { kith: ["outer 5"], signal: ["outer version", "outer 5 head", "outer 5"] } as const;

function varint(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let shift = 0, i = at; ; i++, shift += 7) {
    const byte = bytes[i] as number;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, end: i + 1 };
  }
}

/** The fields of a protobuf between two offsets; the tag and length of a field count as its beginning. */
function fieldsOf(bytes: Uint8Array, start: number, end: number, prefix: string): readonly Field[] {
  const fields: Field[] = [];
  for (let at = start; at < end; ) {
    const tag = bytes[at] as number;
    const head = varint(bytes, at + 1);
    const valueStart = (tag & 7) === 2 ? head.end : at + 1;
    const valueEnd = (tag & 7) === 2 ? head.end + head.value : head.end;
    const name = `${prefix}${tag >> 3}`;
    fields.push({ name: `${name} head`, start: at, end: valueStart }, { name, start: valueStart, end: valueEnd });
    at = valueEnd;
  }
  return fields;
}

function fieldsOfPlain(bytes: Uint8Array, start: number, end: number, prefix = ""): readonly Field[] {
  return [
    { name: `${prefix}version`, start, end: start + 1 },
    ...fieldsOf(bytes, start + 1, end - MAC_BYTES, prefix),
    { name: `${prefix}mac`, start: end - MAC_BYTES, end },
  ];
}

function fieldsOfPrekey(bytes: Uint8Array): readonly Field[] {
  const outer = fieldsOf(bytes, 1, bytes.length, "outer ");
  const inner = outer.find(({ name }) => name === `outer ${PREKEY_MESSAGE_FIELD}`);
  if (inner === undefined) throw new Error("expected a first message");
  const rest = outer.filter((field) => field !== inner);
  return [{ name: "outer version", start: 0, end: 1 }, ...rest, ...fieldsOfPlain(bytes, inner.start, inner.end)];
}

/** At most so many bytes of a field are changed: both ends, and some between. */
const BYTES_A_FIELD = 12;

function placesIn({ start, end }: Field): readonly number[] {
  const step = Math.max(1, Math.floor((end - start) / BYTES_A_FIELD));
  const places = new Set([end - 1]);
  for (let at = start; at < end; at += step) places.add(at);
  return [...places];
}

/** Changes each field in turn. @returns the names of fields whose change went unnoticed; the message is then used up. */
async function tamper(
  receive: (bytes: Uint8Array) => Promise<Uint8Array | null>,
  message: Uint8Array,
  fields: readonly Field[],
  plaintext: Uint8Array,
): Promise<readonly string[]> {
  for (const field of fields) {
    for (const at of placesIn(field)) {
      const damaged = message.slice();
      damaged[at] = (damaged[at] as number) ^ (1 << (at % 8));
      const opened = await receive(damaged);
      if (opened === null) continue;
      expect(equalBytes(opened, plaintext)).toBe(true);
      return [field.name];
    }
  }
  return [];
}

const ROLES = ["kith", "signal"] as const;

describe.each(ROLES)("a message of %s", (sender) => {
  const receiver = sender === "kith" ? "signal" : "kith";

  it("is refused with any field changed, and then read", async () => {
    const pair = await Pair.create(cryptoSuite, `tamper ${sender}`);
    await pair.start("kith", true);
    for (let turn = 0; turn < 30; turn++) {
      await pair.pass("kith", `k${turn}`);
      await pair.pass("signal", `s${turn}`);
      if (turn % 6 !== 5) continue;
      const plaintext = utf8(`genuine ${turn}`);
      const message = await pair.send(sender, plaintext);
      const fields = fieldsOfPlain(message, 0, message.length);
      expect(fields.map(({ name }) => name)).toEqual(expect.arrayContaining(["1", "2", "3", "4", "5", "mac"]));
      expect(await tamper((bytes) => pair.receive(receiver, bytes), message, fields, plaintext)).toEqual([]);
      expect(await pair.receive(receiver, message)).toEqual(plaintext);
    }
  });

  it.each([true, false])("that starts a session is refused likewise (one-time prekey: %s)", async (hasOneTime) => {
    const pair = await Pair.create(cryptoSuite, `tamper first ${sender} ${hasOneTime}`);
    await pair.start(sender, hasOneTime);
    const plaintext = utf8("first");
    const message = await pair.send(sender, plaintext);
    const isOpen = ({ name }: Field) => (OPEN_FIELDS[receiver] as readonly string[]).includes(name);
    const fields = fieldsOfPrekey(message);
    expect(fields.some(isOpen)).toBe(true);
    const covered = fields.filter((field) => !isOpen(field));
    expect(await tamper((bytes) => pair.receive(receiver, bytes), message, covered, plaintext)).toEqual([]);
    expect(await pair.receive(receiver, message)).toEqual(plaintext);
    expect(await pair.receive(receiver, message)).toBeNull();
    await pair.pass(receiver, "answer");
    await pair.pass(sender, "go on");
  });
});
