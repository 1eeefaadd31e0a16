/** How sessions begin and replace each other: all roles on all backends, both at once, and archived ones. */
import { cryptoSuite } from "@kith/client";
import { type CryptoSuite, nobleSuite, utf8 } from "@kith/protocol";
import { describe, expect, it } from "vitest";
import { webSuite } from "./backends.ts";
import { type End, Pair } from "./pair.ts";
import { epochOfMessage } from "./signal-party.ts";

const other = (end: End): End => (end === "kith" ? "signal" : "kith");

describe.each([cryptoSuite, nobleSuite, webSuite])("a session on the $name backend", (suite: CryptoSuite) => {
  it.each([
    ["kith", true],
    ["kith", false],
    ["signal", true],
    ["signal", false],
  ] as const)("begins with X25519 and Kyber-1024 from %s (one-time prekey: %s)", async (first, hasOneTime) => {
    const pair = await Pair.create(suite, `start ${first}`);
    await pair.start(first, hasOneTime);
    for (const text of ["1", "2"]) await pair.pass(first, text);
    await pair.pass(other(first), "answer");
    for (let turn = 0; turn < 5; turn++)
      for (const end of [first, other(first)]) await pair.pass(end, `${end} ${turn}`);
  });
});

describe("two sessions started at once", () => {
  it.each(["kith", "signal"] as const)("become one, whichever message comes first (%s)", async (first) => {
    const pair = await Pair.create(cryptoSuite, `at once ${first}`);
    await pair.start("kith", true);
    await pair.start("signal", true);
    const [ofKith, ofSignal] = [await pair.send("kith", utf8("k")), await pair.send("signal", utf8("s"))];
    const arriving = [
      ["kith", ofSignal, "s"],
      ["signal", ofKith, "k"],
    ] as const;
    for (const [to, bytes, text] of first === "kith" ? arriving : [...arriving].reverse()) {
      expect(await pair.receive(to, bytes)).toEqual(utf8(text));
    }
    for (let turn = 0; turn < 60; turn++) {
      await pair.pass("kith", `k ${turn}`);
      await pair.pass("signal", `s ${turn}`);
    }
    const negotiated = epochOfMessage(await pair.send("signal", utf8("epoch?")));
    expect(negotiated).toBeGreaterThan(1);
    expect(pair.kith.record.current?.pq?.epochs.at(-1)?.epoch).toBeGreaterThan(0);
  });
});

describe("archived sessions", () => {
  const SESSIONS = 12;

  it.each(["kith", "signal"] as const)("go on reading late messages of %s", async (sender) => {
    const pair = await Pair.create(cryptoSuite, `archived ${sender}`);
    const late: { readonly bytes: Uint8Array; readonly text: string }[] = [];
    for (let i = 0; i < SESSIONS; i++) {
      const starter: End = i % 2 === 0 ? "kith" : "signal";
      await pair.start(starter, false);
      await pair.pass(starter, `hello ${i}`);
      await pair.pass(other(starter), `answer ${i}`);
      await pair.pass(starter, `settled ${i}`);
      const text = `late ${i}`;
      late.push({ bytes: await pair.send(sender, utf8(text)), text });
    }
    expect(pair.kith.record.archived.length).toBe(SESSIONS - 1);
    for (const { bytes, text } of late.reverse()) {
      expect(await pair.receive(other(sender), bytes)).toEqual(utf8(text));
      expect(await pair.receive(other(sender), bytes)).toBeNull();
    }
    // The session that was read in last is the current one again; both sides answer in it.
    await pair.pass(other(sender), "back in the oldest");
    await pair.pass(sender, "and on");
  });
});
