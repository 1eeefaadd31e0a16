import { type ContentId, type GroupId, MAX_SYNC_REACHED, type ReachedMessage, type SyncItem } from "@kith/protocol";
import { expect, test } from "vitest";
import { joinReached } from "./reached-items.ts";

const [garden, choir] = ["0a", "0b"].map((byte) => byte.repeat(32) as GroupId) as [GroupId, GroupId];

const message = (at: number): ReachedMessage => ({ id: at.toString(16).padStart(32, "0") as ContentId, members: [] });

const reached = (group: GroupId, at: number): SyncItem => ({ type: "reached", group, messages: [message(at)] });

test("words about one group go together, as many as an item holds, after all else and in their order", () => {
  const chain: SyncItem = { type: "chain", entries: [Uint8Array.of(1)] };
  const many = Array.from({ length: MAX_SYNC_REACHED + 1 }, (_, at) => reached(garden, at));
  const joined = joinReached([reached(choir, 99), ...many, chain]);
  expect(joined[0]).toBe(chain);
  expect(joined.slice(1)).toEqual([
    reached(choir, 99),
    { type: "reached", group: garden, messages: Array.from({ length: MAX_SYNC_REACHED }, (_, at) => message(at)) },
    reached(garden, MAX_SYNC_REACHED),
  ]);
});

test("where nothing is told of groups nothing changes", () => {
  expect(joinReached([])).toEqual([]);
});
