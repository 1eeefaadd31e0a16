import {
  type AccountId,
  type ContentId,
  type DeviceId,
  decodeSync,
  MAX_BODY_BYTES,
  type SyncItem,
  textContent,
} from "@kith/protocol";
import { describe, expect, test } from "vitest";
import { decodeItem, encodeItem, packItems } from "./item-bytes.ts";

const chat = "aa".repeat(32) as AccountId;

function said(index: number, characters: number): SyncItem {
  const id = String(index).padStart(32, "0") as ContentId;
  return { type: "said", chat, content: textContent({ id, sentAtMs: index }, "x".repeat(characters)) };
}

describe("items", () => {
  test("are packed in order into as few bodies as hold them, each within its bound", () => {
    const items = Array.from({ length: 300 }, (_, index) => said(index, index % 7 === 0 ? 20_000 : 10));
    const bodies = packItems(items);
    const unpacked = bodies.flatMap((body) => {
      expect(body.length).toBeLessThanOrEqual(MAX_BODY_BYTES);
      const read = decodeSync(body);
      return read.ok ? read.value.items : [];
    });
    expect(unpacked).toEqual(items);
    expect(bodies.length).toBeLessThan(30);
  });

  test("a picture is alone in its body, so that a device that knows none loses nothing beside it", () => {
    const picture: SyncItem = { type: "picture", picture: new Uint8Array(9), atMs: 1, by: "dd".repeat(32) as DeviceId };
    const bodies = packItems([said(1, 5), said(2, 5), picture, said(3, 5)]);
    const types = bodies.map((body) => {
      const read = decodeSync(body);
      return read.ok ? read.value.items.map(({ type }) => type) : [];
    });
    expect(types).toEqual([["said", "said"], ["picture"], ["said"]]);
  });

  test("are bytes one by one, and bytes that are none are no item", () => {
    expect(decodeItem(encodeItem(said(1, 5)))).toEqual(said(1, 5));
    expect(decodeItem(Uint8Array.of(1, 2, 3))).toBeNull();
    expect(packItems([])).toEqual([]);
  });
});
