/** Groups: asked, joined, with a fork, and the ways to change one. */
import type { FileInfo, GroupInfo, GroupMemberInfo, GroupMessageInfo, GroupPerson } from "@kith/client";
import type { FakeClient } from "./fake-client.ts";
import { ACCOUNTS, idOf, makeScene, type SceneLanguage, TALK } from "./scene.ts";
import type { ScreenCase } from "./screens.ts";

const GARDEN = "4a".repeat(32);
const CHOIR = "7c".repeat(32);
const OWN = "kith1qowner0000000000000000000000000000000000000000";
const MINUTE_MS = 60_000;

const NAMES: Readonly<Record<SceneLanguage, readonly [string, string]>> = {
  en: ["Garden club", "A choir with a name that is longer than any line of this narrow screen"],
  ar: ["نادي الحديقة", "جوقة لها اسم أطول من أي سطر في هذه الشاشة الضيقة كلها"],
  hi: ["बग़ीचा मंडली", "एक गायन मंडली जिसका नाम इस सँकरी स्क्रीन की किसी भी पंक्ति से लंबा है"],
};

/** An account in two groups, asked to join one of them. */
export function groupScene(language: SceneLanguage): FakeClient {
  const client = makeScene(language);
  const person = (account: string): GroupPerson => {
    const contact = client.contacts.find((each) => each.account === account);
    return { account, name: contact?.name ?? "@omar_said", isOwn: account === OWN, isContact: contact !== undefined };
  };
  const [own, noor, asha, stranger] = [OWN, ACCOUNTS.noor, ACCOUNTS.asha, "kith1qomarsaid"].map(person) as [
    GroupPerson,
    GroupPerson,
    GroupPerson,
    GroupPerson,
  ];
  const member = (each: GroupPerson, role: GroupMemberInfo["role"], isMet = true): GroupMemberInfo => ({
    ...each,
    role,
    isMet,
  });
  const nowMs = Date.now();
  const talk = TALK[language];
  const line = (at: number, author: GroupPerson, parts: Partial<GroupMessageInfo>): GroupMessageInfo => ({
    id: idOf(at),
    group: GARDEN,
    chat: GARDEN,
    author,
    isOwn: author.isOwn,
    text: "",
    sentAtMs: nowMs - (30 - at) * MINUTE_MS,
    state: "received",
    ...parts,
  });
  const [garden, choir] = NAMES[language];
  client.groups.messages = [
    line(1, own, { line: { type: "create", name: garden, isVoid: false } }),
    line(2, own, { line: { type: "add", whom: noor, role: "member", isVoid: false } }),
    line(3, noor, { line: { type: "join", isVoid: false } }),
    line(4, noor, { text: talk[0] ?? "" }),
    line(5, noor, {
      text: talk[3] ?? "",
      editedAtMs: nowMs,
      reactions: [
        { emoji: "👍", isOwn: true, person: own },
        { emoji: "👍", isOwn: false, person: stranger },
      ],
    }),
    line(6, stranger, { text: talk[5] ?? "", missingBefore: 2, toldBy: noor }),
    line(7, own, {
      text: talk[1] ?? "",
      state: "sent",
      deliveries: [
        { person: noor, state: "delivered" },
        { person: stranger, state: "sent" },
      ],
      replyTo: { id: idOf(4), isOwn: false, state: "checked", author: noor, text: talk[0] ?? "" },
    }),
  ];
  const shared = { unread: 2, isForked: true, guests: [asha], waiting: [] };
  const group: GroupInfo = {
    ...shared,
    group: GARDEN,
    name: garden,
    standing: "joined",
    role: "admin",
    vanishAfterMs: 7 * 24 * 60 * MINUTE_MS,
    members: [member(own, "admin"), member(noor, "member"), member(stranger, "member", false)],
    branches: [
      { by: own, change: { type: "add", whom: asha, role: "member", isVoid: false }, members: [own, noor, stranger] },
      { by: noor, change: { type: "rename", name: garden, isVoid: false }, members: [own, noor] },
    ],
    ...(client.groups.messages.at(-1) === undefined ? {} : { last: client.groups.messages.at(-1) as GroupMessageInfo }),
  };
  const asking: GroupInfo = {
    group: CHOIR,
    name: choir,
    standing: "invited",
    invitedBy: asha,
    members: [member(asha, "admin")],
    guests: [own],
    waiting: [],
    unread: 0,
    isForked: false,
  };
  client.groups.list = [group, asking];
  return client;
}

/** The same with a link that was made here, and somebody who waits. */
function linkScene(language: SceneLanguage): FakeClient {
  const client = groupScene(language);
  const [garden, ...others] = client.groups.list;
  const own = garden?.members.find(({ isOwn }) => isOwn);
  const asha = garden?.guests[0];
  if (garden === undefined || own === undefined || asha === undefined) return client;
  const link = { needsApproval: true, by: own, isHere: true };
  client.groups.list = [{ ...garden, isForked: false, guests: [], waiting: [asha], link }, ...others];
  return client;
}

/** Links that were used: one waits for an answer, one for an admin, one does not work. */
function knockScene(language: SceneLanguage): FakeClient {
  const client = groupScene(language);
  const [garden] = client.groups.list;
  const host = garden?.guests[0];
  if (garden === undefined || host === undefined) return client;
  const states = ["asking", "waiting", "off"] as const;
  client.groups.knocks = states.map((state, at) => ({
    group: `${at}c`.repeat(32),
    name: garden.name,
    host,
    needsApproval: true,
    askedAtMs: Date.now(),
    state,
  }));
  return client;
}

/** The same with files: one of a stranger, a voice message, and an own one that waits at relays. */
function filesScene(language: SceneLanguage): FakeClient {
  const client = groupScene(language);
  const authors = [6, 5, 7].map((at) => client.groups.messages[at - 1]);
  const files: readonly FileInfo[] = [
    { ...FILE, name: "plan.zip", state: "offered" },
    {
      ...FILE,
      name: "voice.webm",
      mediaType: "audio/webm",
      voice: { durationMs: 7200, waveform: WAVES },
      state: "offered",
    },
    { ...FILE, name: "table.pdf", state: "offered", parked: { state: "there", doneBytes: FILE.sizeBytes, relays: 2 } },
  ];
  for (const [at, file] of files.entries()) {
    const like = authors[at];
    if (like === undefined) continue;
    const {
      replyTo: _,
      reactions: _reactions,
      editedAtMs: _edited,
      missingBefore: _missing,
      toldBy: _told,
      ...line
    } = like;
    client.groups.messages.push({
      ...line,
      id: idOf(20 + at),
      text: "",
      sentAtMs: Date.now() - (3 - at) * MINUTE_MS,
      file,
    });
  }
  return client;
}

const WAVES: readonly number[] = Array.from({ length: 40 }, (_, at) => 60 + ((at * 53) % 190));
const FILE = { sizeBytes: 2_400_000, mediaType: "application/octet-stream", hasPreview: false, doneBytes: 0 } as const;

/** In the order in which they are met. */
export const GROUP_SCREENS: readonly ScreenCase[] = [
  { name: "groups", client: groupScene, hash: "/groups", ready: "[data-pane] form input" },
  { name: "groups-none", client: makeScene, hash: "/groups", ready: "[data-pane] form input" },
  { name: "groups-knocks", client: knockScene, hash: "/groups", ready: "[data-pane] section button" },
  { name: "group-waiting", client: linkScene, hash: `/group/${GARDEN}`, ready: "[role=log] article" },
  {
    name: "group-link",
    client: linkScene,
    hash: `/members/${GARDEN}`,
    ready: "[data-pane] textarea",
    act: async (page) => {
      await page.locator("[data-pane] svg[role=img] path[d^=M]").first().waitFor();
    },
  },
  { name: "group", client: groupScene, hash: `/group/${GARDEN}`, ready: "[role=log] article" },
  {
    name: "search-groups",
    client: groupScene,
    hash: "/",
    ready: "[data-list] nav li",
    act: async (page) => {
      // The beginning of what was said first in the group.
      const language = await page.evaluate(() => document.documentElement.lang);
      const [words = ""] = TALK[language as SceneLanguage];
      await page.locator("[data-search]").fill(words.split(" ").slice(0, 2).join(" "));
      await page.locator("[data-list] mark").first().waitFor();
    },
  },
  {
    name: "room-group",
    client: groupScene,
    hash: "/settings/storage",
    ready: "[data-pane] li >> nth=4",
    act: async (page) => {
      await page.locator("[data-pane] li:has(svg) button").first().click();
      await page.locator("dialog[open] input[value=history]").check({ force: true });
    },
  },
  { name: "group-asked", client: groupScene, hash: `/group/${CHOIR}`, ready: "[data-pane] button" },
  { name: "group-members", client: groupScene, hash: `/members/${GARDEN}`, ready: "[data-pane] form input" },
  {
    name: "group-remove",
    client: groupScene,
    hash: `/members/${GARDEN}`,
    ready: "[data-pane] form input",
    act: async (page) => {
      await page.locator("[data-pane] section ul li").nth(1).locator("button").nth(1).click();
      await page.locator("dialog[open]").waitFor();
    },
  },
  {
    name: "group-message-menu",
    client: groupScene,
    hash: `/group/${GARDEN}`,
    ready: "[role=log] article",
    act: async (page) => {
      await page.locator("[role=log] article").nth(4).focus();
      await page.keyboard.press("Enter");
      await page.locator("[role=menu]").waitFor();
    },
  },
  {
    name: "group-files",
    client: filesScene,
    hash: `/group/${GARDEN}`,
    ready: "[role=log] article",
    act: async (page) => {
      await page.locator("[role=log] bdi", { hasText: "table.pdf" }).waitFor();
    },
  },
  {
    name: "group-delivery",
    client: groupScene,
    hash: `/group/${GARDEN}`,
    ready: "[role=log] article",
    act: async (page) => {
      await page.locator("[role=log] summary").last().click();
      await page.locator("[role=log] details[open] li").first().waitFor();
    },
  },
];
