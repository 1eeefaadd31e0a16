/** Every screen of the app, and how to get there. */
import { MessengerError } from "@kith/client";
import type { Page } from "playwright-core";
import { CALL_SCREENS } from "./call-screens.ts";
import { DEVICE_SCREENS } from "./device-screens.ts";
import { FakeClient } from "./fake-client.ts";
import { FILE_SCREENS } from "./file-screens.ts";
import { GROUP_SCREENS } from "./group-screens.ts";
import { KEEP_SCREENS } from "./keep-screens.ts";
import { ONCE_SCREENS } from "./once-screens.ts";
import type { PageServer } from "./page-server.ts";
import { PICTURE_SCREENS } from "./picture-screens.ts";
import {
  ACCOUNTS,
  idOf,
  makeEditedScene,
  makeEmptyScene,
  makeScene,
  makeSortedScene,
  makeVanishingScene,
  type SceneLanguage,
} from "./scene.ts";
import { STATE_SCREENS } from "./state-screens.ts";
import { TRUST_SCREENS } from "./trust-screens.ts";
import { VOICE_SCREENS } from "./voice-screens.ts";

/** A screen to look at or to check. */
export interface ScreenCase {
  readonly name: string;
  readonly client: (language: SceneLanguage) => FakeClient;
  /** What the origin says of itself; a node where nothing is given, null for one that does not answer. */
  readonly origin?: object | null;
  /** Runs in the page before anything else. */
  readonly prepare?: () => void;
  /** What the browser may write as an error here. */
  readonly expectedFaults?: RegExp;
  /** The part of the address after the sign. */
  readonly hash?: string;
  /** False for a browser that was not let in. */
  readonly isLetIn?: boolean;
  /** Something that shows that the screen is drawn. */
  readonly ready: string;
  readonly act?: (page: Page, server: PageServer) => Promise<void>;
}

const newcomer = (): FakeClient => new FakeClient();

function lockedClient(): FakeClient {
  const client = new FakeClient();
  client.status = { state: "locked", hasPin: true };
  client.pin = "1234";
  client.retryAfterMs = 40_000;
  return client;
}

function changedScene(language: SceneLanguage): FakeClient {
  const client = makeScene(language);
  client.contacts = client.contacts.map((each) =>
    each.account === ACCOUNTS.noor ? { ...each, trust: "CHANGED" as const } : each,
  );
  client.messages = client.messages.map((each, at) =>
    at === 7 ? { ...each, state: "failed" as const, reason: "no-device" as const } : each,
  );
  client.messages[5] = { ...(client.messages[5] ?? client.messages[0]), isUnsupported: true, text: "" } as never;
  return client;
}

/** A newcomer with words and nobody to ask about them. */
function nobodyToAsk(): FakeClient {
  const client = newcomer();
  client.refusals = { "account.recover": new MessengerError("RELAY_NONE", "nobody") };
  return client;
}

/** Everybody has named a post. */
function namingScene(language: SceneLanguage): FakeClient {
  const client = makeScene(language);
  client.proofPost = "1234567890123456789";
  return client;
}

const chat = `/chat/${ACCOUNTS.noor}`;
const LOG = "[role=log] article";

/** Presses the main button of the screen. */
async function submit(page: Page): Promise<void> {
  await page.locator("form button[type=submit]").first().click();
}

/** A newcomer whose handle somebody else claims, or about which nobody can be asked. */
function claimingNewcomer(asked: number): () => FakeClient {
  return () => {
    const client = new FakeClient();
    const other = {
      account: ACCOUNTS.noor,
      handle: "noor",
      trust: "CLAIMED" as const,
      claimedAtMs: 0,
      isContact: false,
    };
    client.lookup = { handle: "noor", asked, isWeak: false, isSuspect: false, candidates: asked === 0 ? [] : [other] };
    return client;
  };
}

/** Chooses a handle and no PIN, and waits for the answer about the handle. */
async function chooseHandle(page: Page): Promise<void> {
  await page.locator("input").fill("noor");
  await submit(page);
  await page.locator("input[type=password]").first().waitFor();
  await page.locator("form button").nth(1).click();
  await page.locator("main [role=status] ~ div button").first().waitFor();
}

/** A message of ours and one of theirs, both in sight in every window. */
const OWN = `o${idOf(8)}`;
const THEIRS = `t${idOf(5)}`;

/** Opens the menu of a message by keyboard, from the message itself. */
async function openMenu(page: Page, at: string): Promise<void> {
  await page.locator(`${LOG}[data-message="${at}"]`).focus();
  await page.keyboard.press("Shift+F10");
  await page.locator("dialog[open] [role=menu]").waitFor();
}

/** Chooses from the menu of a message what `name` stands for in the order of its entries. */
async function chooseAction(page: Page, at: string, name: "react" | "answer" | "edit" | "forward" | "delete") {
  await openMenu(page, at);
  const isOwn = at === OWN;
  const entries = ["react", "answer", ...(isOwn ? ["edit"] : []), "copy", "forward", "delete"];
  await page.locator("dialog[open] [role=menuitem]").nth(entries.indexOf(name)).click();
  await page.locator(name === "answer" || name === "edit" ? "form button[type=submit]" : "dialog[open] h2").waitFor();
  if (name === "answer" || name === "edit") await page.locator("[data-writing]:focus").waitFor();
}

/** In the order of a newcomer's path. */
export const SCREENS: readonly ScreenCase[] = [
  { name: "token", client: newcomer, isLetIn: false, ready: "main h1" },
  { name: "handle", client: newcomer, ready: "form input" },
  {
    name: "pin",
    client: newcomer,
    ready: "form input",
    act: async (page) => {
      await page.locator("input").fill("noor");
      await submit(page);
      await page.locator("input[type=password]").first().waitFor();
      await submit(page);
      await page.locator("[role=alert]").waitFor();
    },
  },
  { name: "claim-unknown", client: claimingNewcomer(0), ready: "form input", act: chooseHandle },
  { name: "claim-taken", client: claimingNewcomer(3), ready: "form input", act: chooseHandle },
  {
    name: "words",
    client: newcomer,
    ready: "form input",
    act: async (page) => {
      await page.locator("form button").nth(1).click();
      await page.locator("input[type=password]").first().waitFor();
      await page.locator("form button").nth(1).click();
      await page.locator("main h1 ~ div button").first().click();
      await page.locator("ol li").nth(23).waitFor();
    },
  },
  {
    name: "locked",
    client: lockedClient,
    ready: "input[type=password]",
    act: async (page) => {
      await page.locator("input").fill("٩٩٩٩");
      await submit(page);
      await page.locator("[role=alert]").waitFor();
    },
  },
  {
    name: "recover",
    client: nobodyToAsk,
    ready: "form input",
    act: async (page) => {
      await page.locator("main form ~ div button").nth(1).click();
      await page.locator("form textarea").fill("abandon ".repeat(23).concat("art"));
      await submit(page);
      await page.locator("[role=alert]").waitFor();
    },
  },
  { name: "empty", client: makeEmptyScene, ready: "[data-list] h2" },
  { name: "list", client: makeScene, ready: "[data-list] nav li" },
  { name: "list-sorted", client: makeSortedScene, ready: "[data-list] nav li" },
  {
    name: "chat-menu",
    client: makeSortedScene,
    ready: "[data-list] nav li",
    act: async (page) => {
      await page.locator("[data-chat]").first().focus();
      await page.keyboard.press("Shift+F10");
      await page.locator("dialog[open] [role=menu]").waitFor();
    },
  },
  {
    name: "search",
    client: makeSortedScene,
    ready: "[data-list] nav li",
    act: async (page) => {
      await page.locator("[data-search]").fill("b-12");
      await page.locator("[data-list] mark").first().waitFor();
    },
  },
  { name: "conversation", client: makeScene, hash: chat, ready: LOG },
  { name: "edited", client: makeEditedScene, hash: chat, ready: LOG },
  { name: "menu", client: makeEditedScene, hash: chat, ready: LOG, act: (page) => openMenu(page, THEIRS) },
  { name: "menu-own", client: makeEditedScene, hash: chat, ready: LOG, act: (page) => openMenu(page, OWN) },
  {
    name: "react",
    client: makeEditedScene,
    hash: chat,
    ready: LOG,
    act: (page) => chooseAction(page, THEIRS, "react"),
  },
  {
    name: "forward",
    client: makeEditedScene,
    hash: chat,
    ready: LOG,
    act: (page) => chooseAction(page, THEIRS, "forward"),
  },
  {
    name: "delete-own",
    client: makeEditedScene,
    hash: chat,
    ready: LOG,
    act: (page) => chooseAction(page, OWN, "delete"),
  },
  {
    name: "answer",
    client: makeEditedScene,
    hash: chat,
    ready: LOG,
    act: (page) => chooseAction(page, THEIRS, "answer"),
  },
  { name: "edit", client: makeEditedScene, hash: chat, ready: LOG, act: (page) => chooseAction(page, OWN, "edit") },
  { name: "vanishing", client: makeVanishingScene, hash: chat, ready: LOG },
  {
    name: "timer",
    client: makeVanishingScene,
    hash: `/person/${ACCOUNTS.noor}`,
    ready: "[data-pane] ol li",
    act: async (page) => {
      const times = page.locator("[data-pane] section", { has: page.locator("input[value=own]") });
      await times.locator("input[value=own]").check({ force: true });
      await times.locator("input[type=text]").fill("900");
      await times.locator("button[type=submit]").click();
      await times.locator("[role=alert]").waitFor();
    },
  },
  { name: "changed", client: changedScene, hash: chat, ready: LOG },
  { name: "requested", client: makeScene, hash: `/chat/${ACCOUNTS.tomas}`, ready: LOG },
  { name: "blocked", client: makeScene, hash: `/chat/${ACCOUNTS.kiran}`, ready: "[role=log]" },
  {
    name: "requests",
    client: makeScene,
    ready: "[data-list] nav li",
    act: async (page) => {
      await page.locator("fieldset button").nth(2).click();
      await page.locator('a[href^="#/request/"]').waitFor();
    },
  },
  { name: "request", client: makeScene, hash: `/request/${ACCOUNTS.stranger}`, ready: "[data-pane] article" },
  {
    name: "conflict",
    client: makeScene,
    hash: "/new/handle",
    ready: "[data-pane] input",
    act: async (page) => {
      await page.locator("[data-pane] input").fill("imran_m");
      await submit(page);
      await page.locator("input[type=radio]").first().waitFor();
    },
  },
  { name: "invite", client: makeScene, hash: "/new/invite", ready: "[data-pane] textarea" },
  {
    name: "scan",
    client: makeScene,
    hash: "/new/invite",
    ready: "[data-pane] textarea",
    act: async (page) => {
      await page.locator("[data-pane] form button").nth(1).click();
      await page.locator("dialog[open] [role=alert]").waitFor();
    },
  },
  {
    name: "mine",
    client: makeScene,
    hash: "/new/mine",
    ready: "[data-pane] svg[role=img][viewBox]:not([viewBox='0 0 1 1'])",
  },
  { name: "person", client: makeScene, hash: `/person/${ACCOUNTS.noor}`, ready: "[data-pane] ol li" },
  {
    name: "post",
    client: namingScene,
    hash: `/person/${ACCOUNTS.noor}`,
    ready: "[data-pane] section time",
    act: async (page) => {
      const post = page.locator("[data-pane] section").filter({ has: page.locator("[role=status]") });
      await post.locator("button").first().click();
      await post.locator("textarea").fill("something else");
      await post.locator("button[type=submit]").click();
      await post.locator("[role=status]:not(:empty)").waitFor();
    },
  },
  {
    name: "person-witnessed",
    client: makeScene,
    hash: `/person/${ACCOUNTS.noor}`,
    ready: "[data-pane] section time",
    act: async (page) => {
      const steps = page.locator("[data-pane] section").filter({ has: page.locator("time") });
      await steps.locator("button").last().click();
      await steps.locator("li").nth(2).waitFor();
    },
  },
  {
    name: "person-changed",
    client: changedScene,
    hash: `/person/${ACCOUNTS.noor}`,
    ready: "[data-pane] section time",
  },
  {
    name: "delete",
    client: makeScene,
    hash: `/person/${ACCOUNTS.noor}`,
    ready: "[data-pane] ol li",
    act: async (page) => {
      await page.locator("[data-pane] section").last().locator("button").last().click();
      await page.locator("dialog[open]").waitFor();
    },
  },
  { name: "settings", client: makeScene, hash: "/settings", ready: "[data-pane] fieldset" },
  { name: "unknown-link", client: makeScene, hash: "/nothing/here", ready: "[data-pane] h1" },
  { name: "words-later", client: makeEmptyScene, hash: "/settings/words", ready: "[data-pane] button" },
  {
    name: "keyboard",
    client: makeScene,
    ready: "[data-list] nav li",
    act: async (page) => {
      await page.keyboard.press("?");
      await page.locator("dialog[open]").waitFor();
    },
  },
  ...CALL_SCREENS,
  ...FILE_SCREENS,
  ...GROUP_SCREENS,
  ...KEEP_SCREENS,
  ...ONCE_SCREENS,
  ...DEVICE_SCREENS,
  ...PICTURE_SCREENS,
  ...VOICE_SCREENS,
  ...STATE_SCREENS,
  ...TRUST_SCREENS,
];
