/** A person of a simulation: a messenger over a memory disk that survives crashes, with everything it told recorded. */
import {
  type Argon2id,
  type ClientEvent,
  callService,
  joinExtras,
  LocalSecret,
  type Messenger,
  type MethodName,
  type Methods,
  type OpenCalls,
  openFileRelays,
  openMessenger,
  type Store,
  type TableKeySource,
} from "@kith/client";
import { openContactBackup } from "@kith/client/contact-backup";
import { openGroups } from "@kith/client/group";
import { openSearch } from "@kith/client/search";
import {
  createMemoryTableKey,
  type FakeClock,
  type MemoryNode,
  MemoryStore,
  MemoryVault,
  type SeededRandom,
} from "@kith/client/testing";
import type { RelayRef } from "@kith/protocol";
import { openArchives } from "../../packages/client/src/archive/index.ts";
import { createBackups } from "../../packages/client/src/backup/index.ts";
import { createDevices, openOwnDevices } from "../../packages/client/src/devices/index.ts";
import { recoveryMethods } from "../../packages/client/src/recovery/index.ts";
import { openStorage } from "../../packages/client/src/storage/index.ts";
import { createSealedStore } from "../../packages/client/src/store/sealed-store.ts";
import { openTalk } from "../../packages/client/src/talk/index.ts";
import { changeDesk, type FetchPost, trustMethods } from "../../packages/client/src/trust/index.ts";
import { openVanishParts, type VanishParts } from "../../packages/client/src/vanish/vanish-parts.ts";
import { SIM_PARAMETERS } from "./sim-parameters.ts";
import { type Plant, plantInPerson } from "./sim-plants.ts";
import { SimProcess } from "./sim-process.ts";
import { simSuite } from "./sim-suite.ts";

/** What a person is made in. */
export interface SimPersonOptions {
  readonly name: string;
  readonly clock: FakeClock;
  readonly node: MemoryNode;
  readonly random: SeededRandom;
  readonly relays: readonly RelayRef[];
  readonly plant?: Plant | undefined;
  /** Whether a sealed copy of contacts is kept on relays. */
  readonly keepsContacts?: boolean | undefined;
  /** What answers about posts on X. */
  readonly fetchPost?: FetchPost | undefined;
  /** Moves time until the promise settles. */
  readonly settle: <T>(promise: Promise<T>) => Promise<T>;
}

/** The cost named in the store's lock. */
const COST = { memoryKiB: 8, passes: 1, lanes: 1 } as const;

/** Answers in the turn of the call: the real one works on a thread, beside the time of a simulation. */
const quickHash: Argon2id = async (password, salt) => simSuite.hkdf(password, salt, new Uint8Array(0), 32);

/** One person with one device. */
export class SimPerson {
  readonly name: string;
  readonly node: MemoryNode;
  /** Every event that was told, over all processes, in the order of their arrival. */
  readonly events: ClientEvent[] = [];
  /** Everything the first process ever wrote, as a disk that shreds nothing keeps it. */
  readonly written: { readonly name: string; readonly value: Uint8Array; readonly atMs: number }[] = [];
  /** What was asked to be erased, in order. */
  readonly erasures: string[] = [];
  readonly #options: SimPersonOptions;
  readonly #deviceSecret: Uint8Array;
  readonly #tableKey: TableKeySource;
  #disk: MemoryStore;
  #vault = new MemoryVault();
  #process: SimProcess;
  #messenger: Messenger | null = null;
  #insides: Parameters<OpenCalls>[0] | null = null;
  #calls: ReturnType<OpenCalls> | null = null;
  #groups: ReturnType<typeof openGroups> | null = null;
  #reading = new AbortController();

  constructor(options: SimPersonOptions) {
    this.name = options.name;
    this.node = options.node;
    this.#options = options;
    this.#deviceSecret = options.random.bytes(32);
    this.#tableKey = createMemoryTableKey(options.random.bytes);
    this.#disk = new MemoryStore({
      clock: options.clock,
      commitDelayMs: () => options.random.below(3),
      onWrite: (name, value) => this.written.push({ name, value, atMs: options.clock.monotonicMs() }),
    });
    this.#process = new SimProcess(options.clock, options.node);
  }

  get messenger(): Messenger {
    if (this.#messenger === null) throw new TypeError(`${this.name} is not running`);
    return this.#messenger;
  }

  /** What only a changed program could reach: for those who do not keep to the rules. */
  get insides(): Parameters<OpenCalls>[0] {
    if (this.#insides === null) throw new TypeError(`${this.name} has no account`);
    return this.#insides;
  }

  /** Its calls, as its engine uses them. */
  get calls(): ReturnType<OpenCalls> {
    if (this.#calls === null) throw new TypeError(`${this.name} has no account`);
    return this.#calls;
  }

  /** Signals about calls that were refused since the last start, by code. */
  get refusedSignals(): ReturnType<OpenCalls>["counters"] {
    return this.#calls?.counters ?? {};
  }

  /** What its groups are, and what they did not take since the last start. */
  get groups(): Pick<ReturnType<typeof openGroups>, "refused" | "logOf"> {
    if (this.#groups === null) throw new TypeError(`${this.name} has no account`);
    return this.#groups;
  }

  get isRunning(): boolean {
    return this.#messenger !== null;
  }

  get disk(): MemoryStore {
    return this.#disk;
  }

  /** Opens the messenger on the disk. */
  async start(): Promise<void> {
    const { clock, random, node, relays } = this.#options;
    const process = new SimProcess(clock, node);
    this.#process = process;
    const store = plantInPerson(process.openStore(this.#disk), this.#options.plant, process.clock);
    this.#messenger = await openMessenger({
      store,
      suite: simSuite,
      random: random.bytes,
      clock: process.clock,
      secret: this.#secretOver(store),
      tableKey: process.openTableKey(this.#tableKey),
      network: process.network,
      parameters: SIM_PARAMETERS,
      files: { vault: this.#vault, sources: null, loadRelays: () => Promise.resolve(openFileRelays) },
      eraser: {
        keys: async () => void this.erasures.push("keys"),
        rest: async () => void this.erasures.push("rest"),
      },
      loadChangeDesk: async () => changeDesk,
      loadExtras: async () =>
        joinExtras(
          createBackups(quickHash, { cost: COST }),
          openStorage(),
          openArchives(),
          openTalk(),
          createDevices,
          recoveryMethods,
          trustMethods(this.#options.fetchPost),
        ),
      loadOwnSync: () => Promise.resolve(openOwnDevices),
      ...(this.#options.keepsContacts === true ? { loadContactBackup: async () => openContactBackup } : {}),
      isRelay: false,
      relays,
      openCalls: (insides) => {
        this.#insides = insides;
        this.#calls = callService(insides);
        return this.#calls;
      },
      openGroups: (parts) => {
        this.#groups = openGroups(parts);
        return this.#groups;
      },
      openSearch,
    });
  }

  /** Calls a method and moves time until it has answered. */
  call<M extends MethodName>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]> {
    return this.#options.settle(this.messenger.call(method, params));
  }

  /** Makes the account and begins to record events. */
  async createAccount(params: Methods["account.create"]["params"] = {}): Promise<string> {
    const { account } = await this.call("account.create", params);
    this.record();
    return account;
  }

  /** Records events from the last one on. */
  record(): void {
    this.#reading.abort();
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    const process = this.#process;
    const stream = this.messenger.events(this.events.at(-1)?.seq ?? 0, signal);
    void (async () => {
      for await (const event of stream) {
        if (!process.isAlive || signal.aborted) return;
        this.events.push(event);
      }
    })();
  }

  /** Cuts the power. */
  crash(): void {
    this.node.goDown();
    const [disk] = this.#process.kill();
    if (disk === undefined) throw new TypeError("a process without a disk");
    this.#disk = disk;
    this.#vault = this.#vault.crash();
    this.#messenger = null;
  }

  /** Starts after a crash, with what was durable. */
  async restart(): Promise<void> {
    this.node.comeUp();
    await this.start();
    if ((await this.messenger.call("account.status", {})).state === "ready") this.record();
  }

  /** The data key of a disk without a PIN. */
  async openKey(): Promise<Uint8Array> {
    const key = await this.#secretOver(this.#disk).unlock(null);
    if (!key.ok) throw new TypeError(`${this.name}'s disk is locked`);
    return key.value;
  }

  /** The sealed store of a disk without a PIN, with what keeps vanishing messages. */
  async openParts(disk: MemoryStore = this.#disk): Promise<VanishParts> {
    const tools = { suite: simSuite, random: this.#options.random.bytes };
    const store = createSealedStore(disk, { key: await this.openKey(), ...tools });
    return await openVanishParts({ store, tableKey: this.#tableKey, clock: this.#options.clock, ...tools });
  }

  /** A copy of the disk with its values opened as far as its keys go, of an account without a PIN. */
  async openDisk(): Promise<MemoryStore> {
    const { store, keys } = await this.openParts(new MemoryStore({ snapshot: this.#disk.snapshot() }));
    const rows = await store.entries({ gte: " ", lt: "~" });
    return new MemoryStore({
      snapshot: new Map(rows.map(([name, value]) => [name, keys.open(name, value) ?? new Uint8Array(0)])),
    });
  }

  /** Every value ever written that the keys of today open. */
  async openWritten(): Promise<SimPerson["written"]> {
    const { keys } = await this.openParts(new MemoryStore({ snapshot: this.#disk.snapshot() }));
    const opened: { name: string; value: Uint8Array; atMs: number }[] = [];
    const key = await this.openKey();
    for (const { name, value, atMs } of this.written) {
      const bare = new MemoryStore({ snapshot: new Map([[name, value]]) });
      const sealed = createSealedStore(bare, { key, suite: simSuite, random: this.#options.random.bytes });
      const plain = keys.open(name, (await sealed.get(name)) ?? new Uint8Array(0));
      if (plain !== null) opened.push({ name, value: plain, atMs });
    }
    return opened;
  }

  #secretOver(store: Store): LocalSecret {
    const { clock, random } = this.#options;
    const deviceSecret = { load: async () => this.#deviceSecret };
    const shared = { store, suite: simSuite, random: random.bytes, clock };
    return new LocalSecret({ ...shared, argon2id: quickHash, deviceSecret, cost: COST });
  }

  /** Ends in good order. */
  async stop(): Promise<void> {
    this.#reading.abort();
    await this.#options.settle(this.messenger.stop());
    this.#process.endServing();
    this.#messenger = null;
  }
}
