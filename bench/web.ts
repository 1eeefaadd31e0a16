/** The web app and a page as a full peer, in a real browser, against the targets of both. */
import { findBrowser, launchBrowser } from "../packages/web/test/support/browser.ts";
import { compare, type Report, type Row } from "./report.ts";
import { SMOKE_VARIABLE } from "./smoke.ts";
import { takePeers } from "./web-peers.ts";
import { takeScreens } from "./web-screens.ts";

const ROUNDS = 7;

/** Runs the work. @throws Error when no browser starts here. */
export async function takeWeb(): Promise<Report> {
  const found = await findBrowser();
  if (found === null) throw new Error("no Chromium starts here: set CHROME_PATH, or install chromium");
  const rounds = process.env[SMOKE_VARIABLE] === undefined ? ROUNDS : 1;
  const browser = await launchBrowser(found);
  try {
    const screens = await inTurn(rounds, () => takeScreens(browser));
    const peers = await takePeers(browser, rounds);
    const rows: readonly Row[] = [
      row("1,000 chats drawn", "ms", 500, pick(screens, "listMs")),
      row("10,000-message chat opened", "ms", 300, pick(screens, "chatMs")),
      row("messages in the page while scrolling", "rows", 40, pick(screens, "rows")),
      row("longest frame while scrolling", "ms", 50, pick(screens, "longestFrameMs")),
      row("cold start to a connected relay", "ms", 1000, pick(peers, "relayMs")),
      row("cold start to the first message at another page", "ms", 3000, pick(peers, "messageMs")),
    ];
    return { rows, screens, peers };
  } finally {
    await browser.close();
  }
}

async function inTurn<T>(count: number, take: () => Promise<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for (let turn = 0; turn < count; turn++) all.push(await take());
  return all;
}

function pick<K extends string>(figures: readonly Readonly<Record<K, number>>[], name: K): readonly number[] {
  return figures.map((each) => each[name]);
}

function row(name: string, unit: string, target: number, values: readonly number[]): Row {
  return compare({ name, unit, better: "less" }, values, "target", [target]);
}
