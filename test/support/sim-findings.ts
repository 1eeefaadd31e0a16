/** What is wrong after a life of the network; nothing is when all its promises were kept. */
import { utf8 } from "@kith/protocol";
import { MAX_OLD_QUEUES } from "../../packages/client/src/people/contact-row.ts";
import { decodeQueueRecord } from "../../packages/node/src/relay/queue-record.ts";
import { PLAINTEXT, type SimRun, shownStates } from "./sim-schedule.ts";
import { findNeedles, identityNeedles } from "./sim-secrets.ts";

const RANK = ["queued", "waiting", "sent", "delivered", "read"];

/** Timers a messenger or relay may have when nothing is on its way; nothing grows with the messages of the past. */
const IDLE_TIMERS_EACH = 12;

/** Every finding in words. The run is over afterwards: everybody in it was stopped. */
export async function findingsOf(run: SimRun): Promise<readonly string[]> {
  return [
    ...run.world.errors.map((error) => `relay error: ${String(error)}`),
    ...run.rejections.map((code) => `rejected: ${code}`),
    ...(await messageFindings(run)),
    ...eventFindings(run),
    ...(await secretFindings(run)),
    ...(await queueFindings(run)),
    ...(await timerFindings(run)),
  ];
}

async function messageFindings(run: SimRun): Promise<readonly string[]> {
  const findings: string[] = [];
  for (const from of run.world.people) {
    for (const to of run.world.people) {
      if (from === to) continue;
      const wanted = run.attempts.filter((each) => each.from === from && each.to === to);
      const [sent, received] = [await listOf(run, from, to), await listOf(run, to, from)];
      const own = sent.filter((each) => each.isOwn);
      const theirs = received.filter((each) => !each.isOwn);
      for (const { id, text } of wanted) {
        const copies = theirs.filter((each) => each.id === id);
        const state = own.find((each) => each.id === id)?.state;
        if (state !== "delivered") findings.push(`${text} ended as ${state}`);
        if (copies.length !== 1) findings.push(`${text} (${state}) is shown ${copies.length} times`);
      }
      if (theirs.length > wanted.length) findings.push(`${to.name} has more messages than were sent`);
      const order = (list: typeof own): string => list.map((each) => each.text).join("\n");
      const expected = order(own.filter((each) => theirs.some((other) => other.id === each.id)));
      if (order(theirs) !== expected) findings.push(`${to.name} sees ${from.name} in another order`);
      const gaps = theirs.filter((each) => (each.missingBefore ?? 0) > 0);
      if (gaps.length > 0) findings.push(`${to.name} is shown ${gaps.length} gaps`);
    }
  }
  return findings;
}

function listOf(run: SimRun, of: SimRun["world"]["people"][number], by: SimRun["world"]["people"][number]) {
  return of.call("message.list", { who: run.accounts.get(by) ?? "", limit: 500 });
}

function eventFindings(run: SimRun): readonly string[] {
  const findings: string[] = [];
  for (const person of run.world.people) {
    const seqs = person.events.map((event) => event.seq);
    if (seqs.some((seq, index) => index > 0 && seq <= (seqs[index - 1] ?? 0))) {
      findings.push(`${person.name} got events twice or out of order`);
    }
  }
  for (const { from, to, id, text } of run.attempts) {
    const states = shownStates(from.events, id);
    const ranks = states.map((state) => RANK.indexOf(state));
    if (ranks.some((rank, index) => index > 0 && rank < (ranks[index - 1] ?? 0))) {
      findings.push(`${text} went back: ${states.join(", ")}`);
    }
    if (states.at(-1) !== "delivered") findings.push(`the last event of ${text} says ${states.at(-1)}`);
    const told = to.events.filter((event) => event.type === "message.received" && event.message.id === id);
    if (told.length !== 1) findings.push(`${text} was announced ${told.length} times`);
  }
  return findings;
}

async function secretFindings({ world }: SimRun): Promise<readonly string[]> {
  const texts = [{ name: "a plaintext", bytes: utf8(PLAINTEXT) }];
  const names = world.people.map(({ name }) => ({ name: `${name}'s handle`, bytes: utf8(`${name}_handle`) }));
  const ids = (await Promise.all(world.people.map(identityNeedles))).flat();
  const findings: string[] = [];
  for (const [index, { disks }] of world.relays.entries()) {
    for (const [place, disk] of disks.entries()) {
      // Boxes and directory hold public chains and cards; the queues must not name anybody.
      const needles = place === 0 ? [...texts, ...names, ...ids] : texts;
      findings.push(...findNeedles(disk, needles).map((name) => `store ${place} of relay ${index} shows ${name}`));
    }
  }
  for (const person of world.people) {
    const needles = [...texts, ...names, ...ids];
    findings.push(...findNeedles(person.disk, needles).map((name) => `the disk of ${person.name} shows ${name}`));
  }
  return findings;
}

/** The current queue of a pair, and those before it that are read. */
const QUEUES_A_PAIR = 1 + MAX_OLD_QUEUES;

/** Queues that were replaced go: however often it happened, relays are left with no more than a device reads. */
async function queueFindings({ world, accounts }: SimRun): Promise<readonly string[]> {
  for (const from of world.people) {
    for (const [to, who] of accounts) if (to !== from) await from.call("message.send", { who, text: PLAINTEXT });
  }
  await world.advance(60 * 60_000);
  const pairs = world.people.length * (world.people.length - 1);
  return world.relays.flatMap(({ disks: [disk] }, index) => {
    // One whose CREATE was never answered is nobody's: nobody opens it, and the relay lets it go by itself.
    const records = [...(disk?.snapshot() ?? [])].filter(([key]) => key.startsWith("q/"));
    const queues = records.filter(([, row]) => (decodeQueueRecord(row)?.openedDay ?? 0) > 0).length;
    return queues <= QUEUES_A_PAIR * pairs ? [] : [`relay ${index} still holds ${queues} queues for ${pairs} pairs`];
  });
}

async function timerFindings({ world }: SimRun): Promise<readonly string[]> {
  const findings: string[] = [];
  await world.advance(30 * 60_000);
  const idle = world.clock.pendingCount;
  const bound = IDLE_TIMERS_EACH * (world.people.length + world.relays.length);
  if (idle > bound) findings.push(`${idle} timers wait though nothing is on its way`);
  await world.stop();
  await world.advance(60_000);
  if (world.clock.pendingCount > 0) findings.push(`${world.clock.pendingCount} timers are left after the end`);
  return findings;
}
