/** Screens about who else claims a handle, and what is said of such claims. */
import type { Candidate } from "@kith/client/rpc";
import type { FakeClient } from "./fake-client.ts";
import { ACCOUNTS, idOf, makeScene } from "./scene.ts";
import type { ScreenCase } from "./screens.ts";

type Scene = ScreenCase["client"];

function rival(account: string, handle: string): Candidate {
  return { account, handle, trust: "CLAIMED", claimedAtMs: 1_790_000_000_000, isContact: false };
}

/** The own handle is claimed by two others. */
const contestedScene: Scene = (language) => {
  const client = makeScene(language);
  const handle = client.status.handle?.written ?? "";
  const candidates = [ACCOUNTS.tomas, ACCOUNTS.stranger].map((account) => rival(account, handle));
  client.lookup = { handle, asked: 8, isWeak: false, isSuspect: false, candidates };
  return client;
};

/** Noor says of another's claim that it is not hers. */
const contestingScene: Scene = (language): FakeClient => {
  const client = makeScene(language);
  const call = client.call.bind(client);
  const contest = { handle: "noor", account: ACCOUNTS.stranger, atMs: 1_790_000_000_000 };
  client.call = async (name, params) => {
    const answer = await call(name, params);
    return name === "contact.trust" ? { ...answer, contest } : answer;
  };
  return client;
};

/** Noor introduces somebody nobody here knows, and somebody who is known; and was introduced to Layla. */
export const introducingScene: Scene = (language) => {
  const client = makeScene(language);
  const give = (at: number, account: string, handle?: string): void => {
    const message = client.messages[at];
    if (message === undefined) return;
    const { missingBefore: _, ...rest } = message;
    const introduction = { account, ...(handle === undefined ? {} : { handle }) };
    client.messages[at] = { ...rest, text: "", introduction };
  };
  client.contacts = client.contacts.filter(({ account }) => account !== ACCOUNTS.kiran);
  give(3, ACCOUNTS.kiran, "kiran");
  give(5, ACCOUNTS.asha);
  give(6, ACCOUNTS.layla, "layla");
  return client;
};

/** In the order of their use. */
export const TRUST_SCREENS: readonly ScreenCase[] = [
  {
    name: "contest",
    client: contestedScene,
    hash: "/settings",
    ready: "[data-pane] fieldset",
    act: async (page) => {
      await page.locator("[data-contest] button").first().click();
      await page.locator("[data-contest] [data-rival]").nth(1).scrollIntoViewIfNeeded();
    },
  },
  {
    name: "contest-sure",
    client: contestedScene,
    hash: "/settings",
    ready: "[data-pane] fieldset",
    act: async (page) => {
      await page.locator("[data-contest] button").first().click();
      await page.locator("[data-contest] [data-rival] button").first().click();
      await page.locator("dialog[open]").waitFor();
    },
  },
  {
    name: "introduction",
    client: introducingScene,
    hash: `/chat/${ACCOUNTS.noor}`,
    ready: `[role=log] article[data-message="t${idOf(4)}"] button:not([aria-haspopup])`,
  },
  {
    name: "introduce",
    client: makeScene,
    hash: `/person/${ACCOUNTS.noor}`,
    ready: "[data-pane] [data-introduce] button",
    act: async (page) => {
      await page.locator("[data-pane] [data-introduce] button").click();
      await page.locator("dialog[open] li button").first().waitFor();
    },
  },
  {
    name: "person-contesting",
    client: contestingScene,
    hash: `/person/${ACCOUNTS.noor}`,
    ready: "[data-pane] section time",
    act: async (page) => {
      await page.locator("[data-pane] [data-contested]").scrollIntoViewIfNeeded();
    },
  },
];
