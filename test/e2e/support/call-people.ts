/** People of one relay who call each other from browsers, and what is waited for. */
import type { Browser } from "playwright-core";
import { expect } from "vitest";
import { RelayHost } from "./app-host.ts";
import type { AppPage } from "./app-page.ts";
import { AppProfile } from "./app-profile.ts";
import { loudnessOf } from "./call-page.ts";
import { pattern, type WordKey, word } from "./words.ts";

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

/** Answers a voice call that rings, and waits until both hear each other. */
export async function answer(callee: AppPage, caller: AppPage): Promise<void> {
  await rings(callee);
  await callee.press("call.accept");
  await talk(caller, callee);
}

/** Waits until all of them hear the other side. */
export async function talk(...apps: readonly AppPage[]): Promise<void> {
  for (const app of apps) await expect.poll(() => loudnessOf(app), PATIENTLY).toBeGreaterThan(0.01);
}

/** Nothing was written as an error, and nothing did what the policy forbids. */
export function expectNoFaults(...callers: readonly Caller[]): void {
  for (const { profile } of callers) expect([...profile.faults, ...profile.violations]).toEqual([]);
}

/** Waits until no call is shown, and closes what says why it ended where something does. */
export async function isOver(app: AppPage): Promise<void> {
  await panel(app, "call.with").waitFor({ state: "detached", timeout: PATIENCE_MS });
  const close = app.page
    .getByRole("dialog")
    .getByRole("button", { name: word(app.language, "common.close"), exact: true });
  if (await close.isVisible()) await close.click();
}

/** Waits until a line in the chat enters a call. */
export async function entered(app: AppPage, key: WordKey): Promise<void> {
  await app.page.getByRole("article", { name: pattern(app.language, key) }).waitFor({ timeout: PATIENCE_MS });
}
