import { describe, expect, test } from "vitest";
import { mutilations } from "../account/fixtures.ts";
import { fromHex, toHex } from "../bytes.ts";
import { decodeGossipNote, encodeGossipNote, type GossipNote, MAX_NOTE_BYTES } from "./gossip.ts";
import vectors from "./gossip.vectors.json" with { type: "json" };

const payload = fromHex("a0");
const notes: Record<keyof typeof vectors.notes, GossipNote> = {
  account: { type: "account", record: payload },
  equivocation: { type: "equivocation", proof: payload },
};

describe("a note of gossip", () => {
  test.each(Object.entries(notes))("%s is one fixed frame and reads back", (name, note) => {
    const frame = encodeGossipNote(note);
    expect(toHex(frame)).toBe(vectors.notes[name as keyof typeof vectors.notes]);
    expect(decodeGossipNote(frame)).toEqual({ ok: true, value: note });
    for (const other of mutilations(frame)) expect(decodeGossipNote(other).ok).toBe(false);
  });

  test("has a bound", () => {
    expect(decodeGossipNote(new Uint8Array(MAX_NOTE_BYTES + 1)).ok).toBe(false);
    expect(() => encodeGossipNote({ type: "account", record: new Uint8Array(MAX_NOTE_BYTES) })).toThrow(RangeError);
  });
});
