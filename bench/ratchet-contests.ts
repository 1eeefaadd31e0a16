/** What the ratchet work times: each side does the same thing, a slice at a time. */
import { cryptoSuite, randomBytes } from "@kith/client";
import { createKithGroup, createKithPair, KithEnd, type KithPlatform } from "./ratchet-kith.ts";

/** Node's backend. */
export const PLATFORM: KithPlatform = { suite: cryptoSuite, random: randomBytes };

/** One side of a contest; what it keeps lives from slice to slice. */
export interface Side {
  /** Makes ready what the next slice uses up; not timed. */
  readonly prepare?: () => Promise<void>;
  readonly run: () => Promise<void>;
}

/** A thing both do; `count` is how many of it a slice has. */
export interface Contest {
  readonly name: string;
  readonly unit: string;
  readonly count: number;
  readonly ours: Side;
  /** By the name of what is compared. */
  readonly theirs: Readonly<Record<string, Side>>;
}

/** As its stores are meant, and with the objects kept in memory beside the bytes, as ours are. */
const FROM_BYTES = "libsignal-client";
const HELD = "libsignal-client, objects held";

const MESSAGES = 100;
const SET_UPS = 10;

type Signal = typeof import("./ratchet-signal.ts");

/** All contests. */
export async function createContests(signal: Signal): Promise<readonly Contest[]> {
  const contests: Contest[] = [];
  for (const [size, label] of [
    [256, "256 B"],
    [4096, "4 KiB"],
  ] as const) {
    const text = new Uint8Array(size).fill(0x61);
    contests.push(await pingPong(signal, text, label), await oneWay(signal, text, label));
  }
  return [...contests, setUp(signal), await group(signal)];
}

async function bothWays(create: (isHeld: boolean) => Promise<Side>): Promise<Readonly<Record<string, Side>>> {
  return { [FROM_BYTES]: await create(false), [HELD]: await create(true) };
}

async function startedPair(signal: Signal, isHeld: boolean) {
  const pair = signal.createSignalPair(isHeld);
  await signal.startSignalPair(pair);
  return pair;
}

async function pingPong(signal: Signal, text: Uint8Array, label: string): Promise<Contest> {
  const [a, b] = await createKithPair(PLATFORM);
  const ours = async () => {
    for (let i = 0; i < MESSAGES; i += 2) {
      await b.receive(await a.send(text), a);
      await a.receive(await b.send(text), b);
    }
  };
  const theirs = await bothWays(async (isHeld) => {
    const [one, other] = await startedPair(signal, isHeld);
    const run = async () => {
      for (let i = 0; i < MESSAGES; i += 2) {
        await other.receive(await one.send(text));
        await one.receive(await other.send(text));
      }
    };
    return { run };
  });
  return { name: `ping-pong ${label}`, unit: "messages/s", count: MESSAGES, ours: { run: ours }, theirs };
}

async function oneWay(signal: Signal, text: Uint8Array, label: string): Promise<Contest> {
  const [a, b] = await createKithPair(PLATFORM);
  const ours = async () => {
    for (let i = 0; i < MESSAGES; i++) await b.receive(await a.send(text), a);
  };
  const theirs = await bothWays(async (isHeld) => {
    const [one, other] = await startedPair(signal, isHeld);
    const run = async () => {
      for (let i = 0; i < MESSAGES; i++) await other.receive(await one.send(text));
    };
    return { run };
  });
  return { name: `one-way ${label}`, unit: "messages/s", count: MESSAGES, ours: { run: ours }, theirs };
}

/** Between devices that run: each has started or answered a session with somebody else before. */
function setUp(signal: Signal): Contest {
  let pairs: (readonly [KithEnd, KithEnd])[] = [];
  const ours: Side = {
    async prepare() {
      pairs = [];
      for (let i = 0; i < SET_UPS; i++) {
        const [a, b] = [await KithEnd.create(PLATFORM), await KithEnd.create(PLATFORM)];
        const somebody = await KithEnd.create(PLATFORM);
        await a.start(somebody, 1);
        await somebody.start(b, 1);
        await b.receive(await somebody.send(new Uint8Array(1)), somebody);
        a.forget();
        b.forget();
        pairs.push([a, b]);
      }
    },
    async run() {
      for (const [a, b] of pairs) {
        await a.start(b, 0);
        await b.receive(await a.send(new Uint8Array(256)), a);
      }
    },
  };
  const theirs = (isHeld: boolean): Side => {
    type Party = ReturnType<Signal["createSignalPair"]>[number];
    let ready: { readonly a: Party; readonly b: Party; readonly bundle: Awaited<ReturnType<Party["createBundle"]>> }[] =
      [];
    return {
      async prepare() {
        ready = [];
        for (let i = 0; i < SET_UPS; i++) {
          const [a, b] = signal.createSignalPair(isHeld);
          ready.push({ a, b, bundle: await b.createBundle(true) });
        }
      },
      async run() {
        for (const { a, b, bundle } of ready) {
          await a.start(bundle);
          await b.receive(await a.send(new Uint8Array(256)));
        }
      },
    };
  };
  const both = { [FROM_BYTES]: theirs(false), [HELD]: theirs(true) };
  return { name: "PQXDH with first message", unit: "sessions/s", count: SET_UPS, ours, theirs: both };
}

async function group(signal: Signal): Promise<Contest> {
  const text = new Uint8Array(256).fill(0x61);
  const side = (pass: (text: Uint8Array) => Promise<Uint8Array>): Side => ({
    async run() {
      for (let i = 0; i < MESSAGES; i++) await pass(text);
    },
  });
  return {
    name: "sender key 256 B, encrypt and one decrypt",
    unit: "messages/s",
    count: MESSAGES,
    ours: side(await createKithGroup(PLATFORM)),
    theirs: { [FROM_BYTES]: side(await signal.createSignalGroup()) },
  };
}
