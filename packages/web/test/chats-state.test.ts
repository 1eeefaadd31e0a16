/** The lists of conversations and groups in memory, when answers of the engine overtake each other. */
import type { Chat, GroupInfo } from "@kith/client/rpc";
import { expect, test } from "vitest";
import { Chats } from "../src/state/chats.ts";
import { Groups } from "../src/state/groups.ts";
import type { MessengerLink } from "../src/state/messenger-link.ts";

type Answer = (list: readonly unknown[]) => void;

/** A link whose lists are answered by hand, in any order. */
function slowLink(): { readonly link: MessengerLink; readonly answers: Answer[] } {
  const answers: Answer[] = [];
  const call = async (method: string): Promise<unknown> =>
    method !== "request.list" ? new Promise((resolve) => answers.push(resolve)) : [];
  return { link: { call } as unknown as MessengerLink, answers };
}

const chat = (pictureId?: string): Chat =>
  ({ contact: { account: "kith1a", ...(pictureId === undefined ? {} : { pictureId }) }, unread: 0 }) as Chat;

test("a list that was asked for earlier and comes later does not replace the newer one", async () => {
  const { link, answers } = slowLink();
  const chats = new Chats(link);
  const [early, late] = [chats.load(), chats.load()];
  answers[1]?.([chat()]);
  await late;
  answers[0]?.([chat("1")]);
  await early;
  expect(chats.chatOf("kith1a")?.contact.pictureId).toBeUndefined();
  expect(chats.isLoaded.value).toBe(true);
});

test("a list that comes after the account was closed shows nothing of it", async () => {
  const { link, answers } = slowLink();
  const chats = new Chats(link);
  const loading = chats.load();
  chats.clear();
  answers[0]?.([chat()]);
  await loading;
  expect(chats.chats.value).toEqual([]);
  expect(chats.isLoaded.value).toBe(false);
});

test("of groups too the answer to the newest question stays, and none after the account was closed", async () => {
  const { link, answers } = slowLink();
  const groups = new Groups(link);
  const [early, late] = [groups.load(), groups.load()];
  answers[1]?.([]);
  await late;
  answers[0]?.([{ group: "left meanwhile" } as GroupInfo]);
  await early;
  expect(groups.list.value).toEqual([]);
  const loading = groups.load();
  groups.clear();
  answers[2]?.([{ group: "closed" } as GroupInfo]);
  await loading;
  expect(groups.list.value).toEqual([]);
  expect(groups.isLoaded.value).toBe(false);
});
