/** People of one relay who call each other from browsers, and what is waited for. */
import type { Browser } from "playwright-core";
import { RelayHost } from "./app-host.ts";
import type { AppPage } from "./app-page.ts";
import { AppProfile } from "./app-profile.ts";
import { pattern, type WordKey } from "./words.ts";

/** Browsers and a relay share the machine, in ms. */
export const PATIENCE_MS = 60_000;

/** How to ask for what takes a while. */
export const PATIENTLY = { timeout: PATIENCE_MS, interval: 200 } as const;

/** Meeting, calling and talking in two browsers takes a busy machine more than most tests, in ms. */
export const TEST_MS = 240_000;

/** A profile with an account in it. */
export interface Caller {
  readonly profile: AppProfile;
  readonly app: AppPage;
}

/** Makes an account that a relay keeps reachable. @param prepare runs before the page is opened. */
export async function newcomer(
  browser: Browser,
  url: string,
  prepare: (profile: AppProfile) => Promise<void> = async () => undefined,
): Promise<Caller> {
  const profile = await AppProfile.open(browser, { height: 900 });
  await prepare(profile);
  const app = await profile.tab(url);
  await app.makeAccount();
  await app.stayReachable();
  return { profile, app };
}

/** Lets a guest in; both have the chat with each other open afterwards. */
export async function befriend(host: Caller, guest: Caller): Promise<void> {
  await guest.app.join(await host.app.invite());
  await guest.app.write("hello");
  await host.app.goTo("");
  await host.app.openChat();
  await host.app.read("hello");
}

/** A relay, and two people who have met. */
export async function twoFriends(
  [first, second]: readonly [Browser, Browser],
  relayOptions: Parameters<typeof RelayHost.start>[0] = {},
): Promise<{ readonly relay: RelayHost; readonly one: Caller; readonly two: Caller }> {
  const relay = await RelayHost.start(relayOptions);
  const one = await newcomer(first, relay.url);
  const two = await newcomer(second, relay.url);
  await befriend(one, two);
  return { relay, one, two };
}

/** A dialog by the text that names it. */
export function panel({ page, language }: AppPage, key: WordKey) {
  return page.getByRole("dialog", { name: pattern(language, key) });
}

/** Waits until a call rings. */
export async function rings(app: AppPage): Promise<void> {
  await panel(app, "call.incomingVoice").waitFor({ timeout: PATIENCE_MS });
}

/** Waits until a line in the chat enters a call. */
export async function entered(app: AppPage, key: WordKey): Promise<void> {
  await app.page.getByRole("article", { name: pattern(app.language, key) }).waitFor({ timeout: PATIENCE_MS });
}
