import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountStatus, Contact, LookupResult, Methods } from "@kith/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askCommand, FROM_SOURCE, Running, readMessages } from "../walk/program.ts";
import { type Lan, type Machine, makeLan, whyNoNamespaces } from "./namespaces.ts";

/** A network of its own whose work takes no time; everything else is as shipped. */
const NETWORK = {
  netId: "lan",
  parameters: { claimBits: 8, receiptDelayMs: 200, relayWork: { create: 4, bundleGet: 4, boxPut: 4 } },
};

const READY_TIMEOUT_MS = 30_000;

/** Longest wait for something that takes a few seconds on an idle machine. */
const SOON = { timeout: 40_000, interval: 500 };

const reason = whyNoNamespaces();
// A machine without namespaces says so: a run that tested nothing must not look like one that passed.
if (reason !== null) process.stderr.write(`people on one local network: test skipped: ${reason}\n`);

/** A person on a machine of their own: the shipped program with its default settings. */
class Person {
  readonly #folder: string;
  readonly #command: readonly string[];
  #node: Running | null = null;

  constructor(folder: string, machine: Machine) {
    this.#folder = folder;
    this.#command = ["ip", "netns", "exec", machine.name, ...FROM_SOURCE];
  }

  get #program() {
    return { command: this.#command, env: { ...process.env, KITH_DATA: join(this.#folder, this.#command[3] ?? "") } };
  }

  async start(): Promise<void> {
    this.#node = new Running(this.#program, ["start", "--network", join(this.#folder, "network.json")]);
    await this.#node.waitFor(/^ready$/m, READY_TIMEOUT_MS);
  }

  async stop(): Promise<number | null> {
    return (await this.#node?.terminate())?.code ?? null;
  }

  kill(): void {
    this.#node?.kill();
  }

  ask<T>(...words: readonly string[]): Promise<T> {
    return askCommand<T>(this.#program, ...words);
  }

  /** Handles found for a name; null while nobody is. */
  async find(handle: string): Promise<readonly string[] | null> {
    const found = await this.ask<LookupResult>("lookup", handle).catch(() => null);
    return found === null ? null : found.candidates.map((candidate) => candidate.handle);
  }

  async messages(who: string): Promise<readonly (readonly [string, string])[]> {
    return (await readMessages(this.#program, who)).map(({ isOwn, text, state }) => [isOwn ? state : "from", text]);
  }
}

describe.skipIf(reason !== null)(`people on one local network${reason === null ? "" : ` (skipped: ${reason})`}`, () => {
  let folder = "";
  let lan: Lan | null = null;
  let people: readonly Person[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kith-lan-"));
    await writeFile(join(folder, "network.json"), JSON.stringify(NETWORK));
  });

  afterEach(async () => {
    for (const person of people) person.kill();
    lan?.remove();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  function createPeople(count: number): readonly Person[] {
    const made = makeLan(count);
    lan = made;
    people = made.machines.map((machine) => new Person(folder, machine));
    return people;
  }

  it("two people without any invite find each other by handle and talk, also while one of them is away", async () => {
    const [alice, bob] = createPeople(2) as [Person, Person];
    await Promise.all([alice.start(), bob.start()]);
    await alice.ask("handle", "@alice");
    await bob.ask("handle", "@bob");
    await expect.poll(() => bob.find("@alice"), SOON).toEqual(["alice"]);

    await bob.ask("add", "@alice", "--text", "hello, it is me");
    const requests = () => alice.ask<Methods["request.list"]["result"]>("requests");
    const asked = async () => (await requests()).flatMap(({ messages }) => messages.map(({ text }) => text));
    await expect.poll(asked, SOON).toEqual(["hello, it is me"]);
    await alice.ask("accept", "@bob");
    const relations = async () => (await bob.ask<readonly Contact[]>("contacts")).map(({ relation }) => relation);
    await expect.poll(relations, SOON).toEqual(["accepted"]);

    await bob.ask("send", "@alice", "from bob");
    await expect.poll(() => alice.messages("@bob"), SOON).toContainEqual(["from", "from bob"]);
    await alice.ask("send", "@bob", "from alice");
    await expect.poll(() => bob.messages("@alice"), SOON).toContainEqual(["from", "from alice"]);
    await expect.poll(() => bob.messages("@alice"), SOON).toContainEqual(["read", "from bob"]);

    expect(await alice.stop()).toBe(0);
    await bob.ask("send", "@alice", "while you were away");
    await alice.start();
    await expect.poll(() => alice.messages("@bob"), SOON).toContainEqual(["from", "while you were away"]);
  });

  it("a claim made alone goes over to neighbours who come later, and outlives its owner's node", async () => {
    const [alice, bob, carol] = createPeople(3) as [Person, Person, Person];
    await alice.start();
    await alice.ask("handle", "@alice");
    const publication = async () => (await alice.ask<AccountStatus>("handle")).handle?.publication;
    await expect.poll(publication, SOON).toBe("weak");
    await Promise.all([bob.start(), carol.start()]);
    await expect.poll(publication, SOON).toBe("published");
    await alice.stop();
    await bob.ask("handle", "@bob");
    expect(await bob.find("@alice")).toEqual(["alice"]);
  });
});
