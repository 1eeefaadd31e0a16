/** A call between two nodes: a bot answers, and what is sent to it comes back, under the session's signals. */
import { CallSession } from "@kith/client/media";
import { expect, onTestFinished, test } from "vitest";
import { createBot } from "../../packages/node/src/bot/bot.ts";
import type { PersonalNode } from "../../packages/node/src/daemon/node-contract.ts";
import {
  createEcho,
  type MediaPacket,
  type MediaProgram,
  type MediaWire,
  type NodeMedia,
  openNodeMedia,
} from "../../packages/node/src/media/index.ts";
import { makeFolder, meetByInvite, startPerson, startTestRelay } from "./nodes.ts";

const LIMIT = { timeout: 30_000 };

/** Sends what it is told to, and keeps what comes. */
class Caller implements MediaProgram {
  readonly heard: string[] = [];
  wire: MediaWire | null = null;

  start(wire: MediaWire): void {
    this.wire = wire;
  }

  take(kind: string, { payload }: MediaPacket): void {
    this.heard.push(`${kind} ${Buffer.from(payload).toString("utf8")}`);
  }

  giveKeyFrame(): void {
    this.say("video", "whole picture");
  }

  stop(): void {
    this.wire = null;
  }

  say(kind: "audio" | "video", text: string): void {
    this.wire?.send(kind, { isMarked: true, sequence: 1, timestamp: 0, payload: Buffer.from(text) });
  }
}

/** Whether a node's call is over, and why. */
async function endOf({ client }: PersonalNode) {
  return (await client.call("call.get", {})).call?.end;
}

async function call({ client }: PersonalNode, who: string, caller: Caller): Promise<CallSession<NodeMedia>> {
  const parts = { client, openMedia: openNodeMedia(() => caller), onChange: () => undefined, onError: () => undefined };
  const session = await CallSession.call(parts, { who, isVideo: true });
  const stop = new AbortController();
  const follow = async (): Promise<void> => {
    for await (const event of client.events(-1, stop.signal)) {
      if (event.type !== "call.changed") continue;
      const { call: now } = await client.call("call.get", {});
      if (now !== null) session.sync(now);
    }
  };
  const following = follow();
  onTestFinished(async () => {
    stop.abort();
    session.close();
    await following;
  });
  return session;
}

/** A bot with an echo and a person, who are contacts over one relay; neither is a relay. */
async function meetBot() {
  const { address } = await startTestRelay();
  const [person, node] = [
    await startPerson(await makeFolder(), [address], { isRelayOn: false }),
    await startPerson(await makeFolder(), [address], { isRelayOn: false }),
  ];
  const [, account] = await meetByInvite(person, node);
  const stop = new AbortController();
  const bot = createBot(node.client).on("call", ({ answer }) => answer(openNodeMedia(createEcho)));
  const running = bot.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  return { person, node, account, stop, running };
}

test("a bot answers a call and sends back sound and picture, until the caller hangs up", async () => {
  const { person, node, account } = await meetBot();
  const caller = new Caller();
  const session = await call(person, account, caller);
  await expect.poll(() => session.info?.phase, LIMIT).toBe("connected");
  caller.say("audio", "is there an echo?");
  caller.say("video", "a picture");
  await expect
    .poll(() => caller.heard, LIMIT)
    .toEqual(expect.arrayContaining(["audio is there an echo?", "video a picture"]));
  expect(await session.facts()).toMatchObject({ path: "direct" });
  await session.end();
  await expect.poll(() => endOf(node), LIMIT).toEqual({ reason: "hang-up", isOwn: false });
});

test("a bot that stops hangs up", async () => {
  const { person, account, stop, running } = await meetBot();
  const session = await call(person, account, new Caller());
  await expect.poll(() => session.info?.phase, LIMIT).toBe("connected");
  stop.abort();
  await running;
  await expect.poll(() => session.info?.end, LIMIT).toEqual({ reason: "hang-up", isOwn: false });
});
