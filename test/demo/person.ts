/** One person of the demonstration: a node, its data folder, and the two ways to drive it. */
import { randomBytes } from "node:crypto";
import type { Contact, Message } from "@kith/client";
import { connectNode, type NodeClient } from "@kith/node";
import { CheckFailure } from "./check.ts";
import { runCommand } from "./cli.ts";
import { Journal } from "./journal.ts";
import type { Ended, NodeProcess, Processes } from "./processes.ts";

/** Sends under way at once; the order of a person's messages is that of the calls. */
const SENDS_AT_ONCE = 16;

/** Messages listed at once, at most what the node allows. */
const PAGE = 500;

/** A message to send. */
export interface Draft {
  /** 32 hex digits. */
  readonly id: string;
  readonly text: string;
}

/** What a person is made of. */
export interface PersonOptions {
  /** The part this person plays, as the transcript names it. */
  readonly name: string;
  readonly handle: string;
  readonly dataFolder: string;
  readonly program: string;
  readonly processes: Processes;
  /** Options of `kith start` beside its data folder. */
  readonly startOptions: readonly string[];
}

/** A person at a node. */
export class Person {
  readonly name: string;
  readonly handle: string;
  readonly journal: Journal = new Journal();
  readonly #options: PersonOptions;
  #process: NodeProcess | null = null;
  #client: NodeClient | null = null;
  #account = "";

  constructor(options: PersonOptions) {
    this.#options = options;
    this.name = options.name;
    this.handle = options.handle;
  }

  /** `kith1…`, known once `meet` was called. */
  get account(): string {
    return this.#account;
  }

  /** The control socket of the running node. */
  get client(): NodeClient {
    if (this.#client === null) throw new TypeError(`${this.name} has no running node`);
    return this.#client;
  }

  /** Starts the node. @returns how long it took until it was ready, in ms. */
  async start(): Promise<number> {
    const { processes, dataFolder, startOptions } = this.#options;
    this.#process = await processes.start(this.name, ["start", "--data", dataFolder, ...startOptions]);
    this.#client = await connectNode(dataFolder);
    if (this.#account !== "") this.journal.follow(this.#client);
    return this.#process.readyMs;
  }

  /** Notes the account that now lives in the node, and follows it. */
  settle(account: string): void {
    this.#account = account;
    this.journal.follow(this.client);
  }

  /** Ends the node. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<Ended> {
    if (this.#process === null) throw new TypeError(`${this.name} has no running node`);
    const ended = await this.#process.end(signal);
    await this.journal.pause();
    this.#client?.close();
    this.#client = null;
    return ended;
  }

  /** Runs a command of the program against this node. @throws CheckFailure when it fails. */
  async run<T>(...words: readonly string[]): Promise<T> {
    const { program, dataFolder } = this.#options;
    const { exitCode, result, errors } = await runCommand(program, dataFolder, words);
    if (exitCode === 0) return result as T;
    throw new CheckFailure(`kith ${words[0]} of ${this.name} ended with ${exitCode}: ${errors.trim()}`);
  }

  /** Sends in order over the control socket, several at once. @param onSent called with each that the node has kept. */
  async sendAll(to: Person, drafts: readonly Draft[], onSent: (draft: Draft) => void = () => undefined): Promise<void> {
    const left = [...drafts];
    const sendSome = async (): Promise<void> => {
      for (let draft = left.shift(); draft !== undefined; draft = left.shift()) {
        await this.client.call("message.send", { who: to.account, ...draft });
        onSent(draft);
      }
    };
    await Promise.all(Array.from({ length: SENDS_AT_ONCE }, sendSome));
  }

  /** The relation to another person as this node tells it. */
  async relationTo(other: Person): Promise<Contact["relation"]> {
    return (await this.client.call("contact.get", { who: other.account })).relation;
  }

  /** The whole chat with another person, oldest first. */
  async chatWith(other: Person): Promise<readonly Message[]> {
    const messages: Message[] = [];
    for (;;) {
      const before = messages[0]?.id;
      const page = await this.client.call("message.list", {
        who: other.account,
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
      });
      messages.unshift(...page);
      if (page.length < PAGE) return messages;
    }
  }
}

/** Messages with texts that say who wrote them, numbered from 1. */
export function writeDrafts(marker: string, topic: string, count: number): readonly Draft[] {
  return Array.from({ length: count }, (_, index) => ({
    id: randomBytes(16).toString("hex"),
    text: `${topic} ${index + 1} of ${count}, ${marker}`,
  }));
}
