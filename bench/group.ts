/**
 * Groups: 256 bytes to all members, online. The sender has a process of its own and the relay has one; the members are
 * people's nodes like the sender's, many in a process, on the same cores. Beside it ts-mls, which only seals and opens.
 */
import { join } from "node:path";
import { inFreshFolder } from "./fresh-folder.ts";
import {
  type CpuReport,
  GROUP_WORK,
  type Invites,
  type Joined,
  type Made,
  type SealedFigures,
} from "./group-figures.ts";
import { compare, type Report, type Row, rounded } from "./report.ts";
import type { RelayReady } from "./w2-relay-worker.ts";
import { startWorker, type Worker, type WorkerMessage } from "./worker-process.ts";

const RELAY = new URL("./w2-relay-worker.ts", import.meta.url);
const SENDER = new URL("./group-sender-worker.ts", import.meta.url);
const MEMBERS = new URL("./group-members-worker.ts", import.meta.url);
const MLS = new URL("./ts-mls/seal-worker.mjs", import.meta.url);

const TARGETS = { messagesPerSecond: 200, addMs: 1000 } as const;

/** The processes of one run. */
interface Cast {
  readonly relay: Worker;
  readonly sender: Worker;
  readonly members: readonly Worker[];
  /** Accounts of the members, in the order in which they were met. */
  readonly accounts: readonly string[];
}

/** One group of one size. CPU in ms a message. */
interface SizeFigures {
  readonly members: number;
  readonly messagesPerSecond: number;
  /** The same up to the last receipt. */
  readonly confirmedPerSecond: number;
  readonly senderCpuMs: number;
  readonly relayCpuMs: number;
  readonly memberCpuMs: number;
}

/** Takes the figures of one run. */
export async function takeGroup(): Promise<Report> {
  const { installTsMls } = await import("../scripts/verify/ts-mls.mjs");
  const failure = await installTsMls();
  if (failure !== null) throw new Error(failure);
  const largest = Math.max(...GROUP_WORK.sizes);
  const mls = await takeMls(largest);
  const { sizes, addMs } = await inFreshFolder((folder) => takeKith(folder, largest));
  const mlsAfter = await takeMls(largest);
  return { rows: rowsOf(sizes, addMs, [mls, mlsAfter]), ...GROUP_WORK, figures: sizes };
}

function rowsOf(sizes: readonly SizeFigures[], addMs: number, mls: readonly number[]): readonly Row[] {
  const last = sizes.at(-1) as SizeFigures;
  const rate = { name: `${last.members} members, sent to all have it`, unit: "/s", better: "more" } as const;
  const slope = rounded(slopeOf(sizes));
  const first = sizes[0] as SizeFigures;
  return [
    compare(rate, [last.messagesPerSecond], "target", [TARGETS.messagesPerSecond]),
    compare(rate, [last.messagesPerSecond], "ts-mls, seal and open only", mls),
    compare(
      { ...rate, name: `${last.members} members, sent to confirmed by all` },
      [last.confirmedPerSecond],
      "target",
      [TARGETS.messagesPerSecond],
    ),
    compare({ name: "add to the largest group until it reads", unit: "ms", better: "less" }, [addMs], "target", [
      TARGETS.addMs,
    ]),
    compare(
      {
        name: `CPU of the sender, ${last.members} members (${slope} ms a further member)`,
        unit: "ms/message",
        better: "less",
      },
      [last.senderCpuMs],
      `${first.members} members`,
      [first.senderCpuMs],
    ),
  ];
}

/** The least squares slope of the sender's CPU over the members, in ms. */
function slopeOf(sizes: readonly SizeFigures[]): number {
  const mean = (of: (each: SizeFigures) => number): number =>
    sizes.reduce((sum, each) => sum + of(each), 0) / sizes.length;
  const x = mean(({ members }) => members);
  const y = mean(({ senderCpuMs }) => senderCpuMs);
  const below = sizes.reduce((sum, { members }) => sum + (members - x) ** 2, 0);
  return below === 0 ? 0 : sizes.reduce((sum, each) => sum + (each.members - x) * (each.senderCpuMs - y), 0) / below;
}

async function takeMls(members: number): Promise<number> {
  const worker = startWorker(MLS, [String(members), String(GROUP_WORK.sealed)]);
  try {
    return (await worker.ask<SealedFigures>({ type: "take" }, "figures")).perSecond;
  } finally {
    await worker.kill();
  }
}

async function takeKith(
  folder: string,
  largest: number,
): Promise<{ readonly sizes: readonly SizeFigures[]; readonly addMs: number }> {
  const workers: Worker[] = [];
  try {
    const cast = await startCast(folder, largest - 1, workers);
    const sizes: SizeFigures[] = [];
    let addMs = 0;
    for (const size of GROUP_WORK.sizes) {
      const isLargest = size === largest;
      const accounts = cast.accounts.slice(0, isLargest ? size - 2 : size - 1);
      const group = await makeGroup(cast, accounts);
      if (isLargest) addMs = await addLast(cast, group, cast.accounts.slice(0, size - 1));
      sizes.push(await takeSize(cast, group, cast.accounts.slice(0, size - 1), isLargest ? 1 : 0));
      process.stderr.write(`${JSON.stringify(sizes.at(-1))}\n`);
    }
    return { sizes, addMs };
  } finally {
    await Promise.all(workers.map((each) => each.kill()));
  }
}

async function startCast(folder: string, people: number, workers: Worker[]): Promise<Cast> {
  const started = (worker: Worker): Worker => {
    workers.push(worker);
    return worker;
  };
  const relay = started(startWorker(RELAY, [join(folder, "relay")]));
  const { address } = await relay.next<RelayReady & { readonly type: "ready" }>("ready");
  const sender = started(startWorker(SENDER, [join(folder, "sender"), address]));
  const members: Worker[] = [];
  const accounts: string[] = [];
  await sender.next("ready");
  const { memberProcesses } = GROUP_WORK;
  for (let i = 0; i < memberProcesses; i++) {
    const count = Math.floor((people + memberProcesses - 1 - i) / memberProcesses);
    const worker = started(startWorker(MEMBERS, [join(folder, `members-${i}`), address, String(count)]));
    await worker.next("ready");
    const { invites } = await sender.ask<Invites>({ type: "invite", count } as WorkerMessage, "invites");
    accounts.push(...(await worker.ask<Joined>({ type: "befriend", invites } as WorkerMessage, "joined")).accounts);
    members.push(worker);
  }
  return { relay, sender, members, accounts };
}

/** Tells all member processes the same and waits until each has done it. */
async function all(
  members: readonly Worker[],
  message: WorkerMessage & Record<string, unknown>,
  done: string,
): Promise<void> {
  await Promise.all(members.map((each) => each.ask(message, done)));
}

async function makeGroup({ sender, members }: Cast, accounts: readonly string[]): Promise<string> {
  const { group } = await sender.ask<Made>({ type: "found", accounts } as WorkerMessage, "made");
  await all(members, { type: "consent", group, accounts }, "consented");
  await settle({ sender, members }, group, accounts);
  return group;
}

async function settle(
  { sender, members }: Pick<Cast, "sender" | "members">,
  group: string,
  accounts: readonly string[],
): Promise<void> {
  const told = { type: "settle", group, accounts, members: accounts.length + 1 };
  await Promise.all([sender.ask(told, "settled"), all(members, told, "settled")]);
}

/** From the admin's wish to the new member who reads: they consent as soon as they are asked. */
async function addLast({ sender, members }: Cast, group: string, accounts: readonly string[]): Promise<number> {
  const last = accounts.slice(-1);
  const startedMs = performance.now();
  const heard = all(members, { type: "hear", group, accounts: last, messages: 1 }, "heard");
  const consented = all(members, { type: "consent", group, accounts: last }, "consented");
  const added = sender.ask({ type: "add", group, who: last[0] } as WorkerMessage, "added");
  await Promise.all([heard, consented, added]);
  const tookMs = performance.now() - startedMs;
  await settle({ sender, members }, group, accounts);
  return tookMs;
}

/** @param before messages that were said in the group. */
async function takeSize(cast: Cast, group: string, accounts: readonly string[], before: number): Promise<SizeFigures> {
  const { relay, sender, members } = cast;
  const { warmUps, messages } = GROUP_WORK;
  await say(cast, group, accounts, { messages: warmUps, before });
  const cpu = async (workers: readonly Worker[]): Promise<number> => {
    const reports = await Promise.all(workers.map((each) => each.ask<CpuReport>({ type: "report" }, "report")));
    return reports.reduce((sum, each) => sum + each.cpuSeconds * 1000, 0);
  };
  const of = async (): Promise<readonly number[]> => [await cpu([sender]), await cpu([relay]), await cpu(members)];
  const start = await of();
  const { allMs, confirmedMs } = await say(cast, group, accounts, { messages, before: before + warmUps });
  const [senderCpuMs = 0, relayCpuMs = 0, memberCpuMs = 0] = (await of()).map((each, index) => {
    return rounded((each - (start[index] ?? 0)) / messages);
  });
  return {
    members: accounts.length + 1,
    messagesPerSecond: rounded((messages * 1000) / allMs),
    confirmedPerSecond: rounded((messages * 1000) / confirmedMs),
    senderCpuMs,
    relayCpuMs,
    memberCpuMs,
  };
}

/** Says messages and waits until all have them, and until the sender knows it. */
async function say(
  { sender, members }: Cast,
  group: string,
  accounts: readonly string[],
  { messages, before }: { readonly messages: number; readonly before: number },
): Promise<{ readonly allMs: number; readonly confirmedMs: number }> {
  const startedMs = performance.now();
  const heard = all(members, { type: "hear", group, accounts, messages: messages + before }, "heard");
  await sender.ask({ type: "send", group, messages } as WorkerMessage, "sent");
  await heard;
  const allMs = performance.now() - startedMs;
  await sender.ask({ type: "confirm", group, messages } as WorkerMessage, "confirmed");
  return { allMs, confirmedMs: performance.now() - startedMs };
}
