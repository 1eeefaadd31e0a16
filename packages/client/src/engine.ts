/** The parts of one unlocked account, put together: what starts, what listens to what, and in which order it stops. */
import { type AccountId, assessTrust, ChainCache, type CryptoSuite } from "@kith/protocol";
import { Boxes } from "./account/boxes.ts";
import { Invites } from "./account/invites.ts";
import type { LocalAccount } from "./account/local-account.ts";
import { OwnSettings } from "./account/own-settings.ts";
import { Prekeys } from "./account/prekeys.ts";
import type { CallService, OpenCalls } from "./call/call-service.ts";
import { ChatBook } from "./chat/chat-book.ts";
import { Typists } from "./chat/typists.ts";
import type { OpenContactBackup } from "./contact-backup/contact-backup.ts";
import type { Core } from "./core.ts";
import type { OpenOwnSync } from "./devices/own-sync.ts";
import { MAX_FOUND_CHAINS } from "./directory/look-up.ts";
import { Publisher } from "./directory/publisher.ts";
import { EventLog } from "./event-log.ts";
import { FileBook } from "./file/file-book.ts";
import { type FilePorts, Files } from "./file/files.ts";
import { findOffer } from "./file/offering.ts";
import { Uploads } from "./file/uploads.ts";
import type { GroupService, OpenGroups } from "./group/group-service.ts";
import { createKeyedLock } from "./lock.ts";
import { MessageLog } from "./message/message-log.ts";
import { Operations } from "./message/operations.ts";
import { ReceiptLedger } from "./message/receipt-ledger.ts";
import { MessengerError } from "./messenger-error.ts";
import type { NetworkParameters } from "./network-parameters.ts";
import { Acquaintance } from "./people/acquaintance.ts";
import type { LoadChangeDesk } from "./people/change-desk.ts";
import { eventViews } from "./people/event-views.ts";
import { People } from "./people/people.ts";
import { Pictures } from "./people/pictures.ts";
import type { Acceptor, Clock, Network, RandomSource } from "./ports.ts";
import { Applier, type PayloadEffects } from "./receive/apply.ts";
import { createDirectDoor } from "./receive/direct-door.ts";
import { GapWatch } from "./receive/gap-watch.ts";
import { Healing } from "./receive/healing.ts";
import { Inbox } from "./receive/inbox.ts";
import { Mailboxes } from "./receive/mailboxes.ts";
import { Receipts } from "./receive/receipts.ts";
import { RequestDoor } from "./receive/request-door.ts";
import { type KnownRelay, RelayBook } from "./relay/relay-book.ts";
import { RelayPool } from "./relay/relay-pool.ts";
import { createSideCache } from "./relay/sides.ts";
import type { OpenSearch, SearchService } from "./search/search-service.ts";
import { createSender, type Sender } from "./send/carrier.ts";
import { expireWaiting } from "./send/expiry.ts";
import { tellProfile } from "./send/profile.ts";
import { sayHead } from "./send/say-head.ts";
import { beginTimer } from "./send/timer.ts";
import { TypingTeller } from "./send/typing-teller.ts";
import type { SealedStore } from "./store/sealed-store.ts";
import type { TableKeySource } from "./store/table-key.ts";
import { openVanishParts } from "./vanish/vanish-parts.ts";
import { Vanishing } from "./vanish/vanishing.ts";

/** What an engine is built from. */
export interface EngineParts {
  readonly store: SealedStore;
  readonly tableKey: TableKeySource;
  readonly account: LocalAccount;
  readonly suite: CryptoSuite;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly parameters: NetworkParameters;
  readonly filePorts: FilePorts;
  /** Makes and takes calls; without it none ring and none can be made. */
  readonly openCalls?: OpenCalls | undefined;
  /** Keeps the devices of an account alike, asked for once there are several. */
  readonly loadOwnSync?: (() => Promise<OpenOwnSync>) | undefined;
  /** Takes part in groups; without it what is said about them is passed over. */
  readonly openGroups?: OpenGroups | undefined;
  /** Searches in messages; without it nothing is indexed. */
  readonly openSearch?: OpenSearch | undefined;
  /** Keeps a sealed copy of contacts on relays; without it a recovery finds none. */
  readonly loadContactBackup?: (() => Promise<OpenContactBackup>) | undefined;
  /** Whether this process is a relay itself. */
  readonly isRelay: boolean;
  /** Called when the publication of the handle changed. */
  readonly onAccountChange: () => void;
  readonly loadChangeDesk?: LoadChangeDesk | undefined;
}

/** How often old rows are swept and unanswered requests looked at, in ms. */
const SWEEP_MS = 3600 * 1000;

/** A running account. */
export class Engine {
  readonly core: Core;
  readonly sender: Sender;
  readonly invites: Invites;
  readonly boxes: Boxes;
  readonly mailboxes: Mailboxes;
  readonly publisher: Publisher;
  readonly acquaintance: Acquaintance;
  readonly inbox: Inbox;
  readonly receipts: Receipts;
  readonly healing: Healing;
  readonly search: SearchService | null;
  readonly vanishing: Vanishing;
  readonly files: Files;
  readonly uploads: Uploads;
  readonly calls: CallService | null;
  readonly groups: GroupService | null;
  readonly directDoor: Acceptor;
  readonly typing: TypingTeller;
  readonly #applier: Applier;
  readonly #onStatus: () => void;
  readonly #gaps: GapWatch;
  readonly #loadChangeDesk: LoadChangeDesk | undefined;
  readonly #stop = new AbortController();
  #cancelSweep: () => void = () => undefined;

  private constructor(core: Core, parts: EngineParts) {
    this.core = core;
    this.#loadChangeDesk = parts.loadChangeDesk;
    this.sender = createSender(core);
    this.invites = new Invites(core.store, core.suite);
    this.receipts = new Receipts(core, this.sender);
    this.healing = new Healing(core, this.sender);
    this.files = new Files(core, parts.filePorts);
    this.uploads = new Uploads(this);
    const calls = parts.openCalls?.({ core, sender: this.sender, onBack: () => this.onNetworkChange() }) ?? null;
    this.calls = calls;
    const meet: Acquaintance["meet"] = (peer, boxes) => this.acquaintance.meet(peer, boxes);
    const boxes = (): ReturnType<Boxes["known"]> => this.boxes.known();
    const groups = parts.openGroups?.({ core, sender: this.sender, receipts: this.receipts, meet, boxes }) ?? null;
    this.groups = groups;
    const applier = new Applier(core, this.sender, this.receipts, this.#effects(calls, groups));
    this.#applier = applier;
    this.#onStatus = parts.onAccountChange;
    this.inbox = new Inbox(core, applier, this.receipts, (device) => void this.healing.heal(device));
    this.mailboxes = new Mailboxes(core, this.inbox, this.sender);
    this.acquaintance = new Acquaintance(core, this.sender, this.mailboxes);
    const door = new RequestDoor(core, this.inbox, this.sender, this.invites, {
      onPerson: (account) => this.#meet(account),
      standingOf: (account, token) => groups?.standingOf(account, token) ?? "stranger",
    });
    this.publisher = new Publisher(core, parts.onAccountChange);
    this.boxes = new Boxes(core, this.invites, door, () => {
      void this.publisher.refresh();
      core.own?.noteCard();
    });
    this.typing = new TypingTeller(core, this.sender.direct);
    this.directDoor = createDirectDoor(core, this.inbox);
    this.#gaps = new GapWatch(core, this.sender);
    this.search = parts.openSearch?.(core) ?? null;
    this.vanishing = new Vanishing(core, this.sender.outbox, (row) => void this.search?.forget(row));
  }

  #effects(calls: CallService | null, groups: GroupService | null): PayloadEffects {
    return {
      onSign: (account) => this.files.wake(account),
      onUndecryptable: (device) => void this.healing.answer(device),
      onMissing: (device, numbers) => void this.healing.resend(device, numbers),
      onNewerHead: (account, head) => {
        if (account !== this.core.account.id) this.acquaintance.chains.hearOf(account, head);
      },
      onAccepted: ({ account }) => {
        this.#tellPerson(account);
        this.#begin(account);
      },
      onCall: calls === null ? undefined : (signal) => calls.take(signal),
      onGroup: groups === null ? undefined : (draft, peer, content) => groups.take(draft, peer, content),
    };
  }

  /** Reads the account's state into memory; nothing touches the network before `start`. */
  static async load(parts: EngineParts): Promise<Engine> {
    const { suite, clock, random, account, network, parameters } = parts;
    const vanish = await openVanishParts(parts);
    const { store } = vanish;
    const people = new People(store, suite, vanish.state, account.id);
    const messages = new MessageLog(store, people, vanish);
    const files = new FileBook(store, people, vanish.state);
    const events = new EventLog(store, () => clock.nowMs(), eventViews({ account, files, messages, people, suite }));
    const core: Core = {
      clock,
      random,
      suite,
      network,
      parameters,
      store,
      account,
      people,
      pictures: new Pictures(store),
      prekeys: new Prekeys(store, suite, random, account.identity),
      messages,
      operations: new Operations(store, vanish.state),
      settings: new OwnSettings(store),
      chats: new ChatBook(store, people, vanish.state),
      files,
      receipts: new ReceiptLedger(store, people),
      events,
      typists: new Typists(clock, events),
      chains: new ChainCache(MAX_FOUND_CHAINS),
      book: new RelayBook(store, clock, () => passingRelays(parts)),
      pool: new RelayPool({ network, suite, clock }),
      sides: createSideCache(suite),
      lock: createKeyedLock(),
      vanish,
      own: null,
      contactBackup: null,
      others: {},
    };
    const { prekeys, operations, chats, settings } = core;
    await Promise.all([people, prekeys, events, operations, chats, settings, core.book].map((each) => each.load()));
    const engine = new Engine(core, parts);
    await engine.#loadRest(parts);
    return engine;
  }

  async #loadRest(parts: EngineParts): Promise<void> {
    await this.core.files.load((name) => findOffer(this.core, name));
    await Promise.all([this.sender.outbox.load(), this.invites.load(), this.receipts.load()]);
    await this.groups?.load();
    await this.vanishing.load();
    await this.#meetOwnDevices(parts);
    const openContactBackup = await parts.loadContactBackup?.();
    const contactBackup = openContactBackup?.(this) ?? null;
    await contactBackup?.load();
    this.core.contactBackup = contactBackup;
  }

  async #meetOwnDevices({ loadOwnSync }: EngineParts): Promise<void> {
    const { account, people } = this.core;
    const isAlone = account.chain.devices.length < 2 && people.contact(account.id) === undefined;
    const open = isAlone ? undefined : await loadOwnSync?.();
    if (open !== undefined) await this.openOwnSync(open);
  }

  /** Begins to keep the devices of this account alike, unless it does already. @param open with what it does. */
  async openOwnSync(open: OpenOwnSync): Promise<void> {
    const { core, sender, mailboxes } = this;
    if (core.own !== null) return;
    const own = await open({
      core,
      sender,
      mailboxes,
      hear: (draft, chat, content) => this.#applier.hear(draft, chat, content),
      onChain: () => {
        void this.boxes.refresh();
        void this.publisher.refresh();
        void this.groups?.wake();
      },
      onStatus: () => this.#onStatus(),
    });
    core.own ??= own;
  }

  /** Begins to send and receive; what cannot be reached yet is tried again in the background. */
  start(): void {
    this.sender.outbox.start();
    void this.boxes.refresh();
    void this.mailboxes.refresh();
    this.publisher.start();
    void this.mailboxes.tellAll();
    this.search?.start();
    void this.files.start();
    this.calls?.resume();
    void this.groups?.wake();
    for (const { account } of this.core.people.contacts()) this.#begin(account);
    this.core.own?.start();
    this.core.contactBackup?.start();
    void this.#loadChangeDesk?.().then((desk) => desk.watchIntroductions(this));
    this.#sweep();
  }

  /** Leaves the own chain in the boxes as it is now, and tells people that there is something new in it. */
  async tellChain(): Promise<void> {
    await this.boxes.refresh();
    await sayHead(this.core, this.sender, this.#stop.signal);
  }

  /** The network changed: forget failures, look at everything again. */
  onNetworkChange(): void {
    if (this.#stop.signal.aborted) return;
    this.core.pool.forgive();
    void this.boxes.refresh();
    void this.mailboxes.refresh();
    void this.mailboxes.tellAll();
    this.publisher.noticePeers();
    this.sender.outbox.kickAll();
    this.files.wake();
    void this.groups?.wake();
  }

  /** Goes on with a person after a change. @throws MessengerError TRUST_CHANGED where nothing is there to do so. */
  async decideChange(account: AccountId): Promise<void> {
    const contact = this.core.people.contact(account);
    if (contact === undefined || !assessTrust(contact.trust).isSendingBlocked) return;
    if (this.#loadChangeDesk === undefined) throw new MessengerError("TRUST_CHANGED", "nothing can be decided here");
    await (await this.#loadChangeDesk()).decide(this, account);
    void this.groups?.wake();
  }

  /** Warns of a contact whom a proof of two histories speaks against. */
  hearProof(proof: Uint8Array): void {
    void this.#loadChangeDesk?.().then((desk) => desk.noteProof(this, proof));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#cancelSweep();
    this.calls?.stop();
    this.core.own?.stop();
    this.core.contactBackup?.stop();
    this.groups?.stop();
    this.sender.outbox.stop();
    this.sender.direct.stop();
    this.core.typists.endAll();
    this.receipts.stop();
    this.boxes.stop();
    this.mailboxes.stop();
    this.acquaintance.chains.stop();
    this.publisher.stop();
    this.#gaps.stop();
    this.search?.stop();
    this.vanishing.stop();
    await this.uploads.stop();
    await this.files.stop();
    await this.core.pool.stop();
  }

  #sweep(): void {
    this.#cancelSweep = this.core.clock.after(SWEEP_MS, () => this.#sweep());
    this.#gaps.check();
    void this.inbox.sweep();
    void this.core.prekeys.sweep(this.core.clock.nowMs());
    void expireWaiting(this.core, this.sender.outbox);
    void this.mailboxes.refresh();
    void this.mailboxes.tellAll();
    void this.healing.renewSessions();
    void this.#loadChangeDesk?.().then((desk) => desk.lookAgain(this));
    void this.groups?.wake();
  }

  /** Someone new: a queue for each of their devices, and their whole chain before more is said than "unverified". */
  #meet(account: AccountId): void {
    for (const { row } of this.core.people.peersOf(account)) void this.mailboxes.ensure(row.device);
    // Our other devices tell of our chain by themselves.
    if (account === this.core.account.id) return;
    void this.acquaintance.chains.refresh(account, true);
    void this.groups?.wake();
    this.#begin(account);
  }

  /** What a chat begins with, as far as it was not said yet. */
  #begin(account: AccountId): void {
    void beginTimer(this, account);
    void tellProfile(this, account);
  }

  #tellPerson(account: AccountId): void {
    for (const { row } of this.core.people.peersOf(account)) void this.mailboxes.tell(row.device);
  }
}

/** Relays that are not kept in the book: our own, those on this network, and the seeds. */
export function passingRelays({
  network,
  parameters,
  isRelay,
}: Pick<EngineParts, "network" | "parameters" | "isRelay">): readonly KnownRelay[] {
  const self = isRelay ? network.self() : null;
  return [
    ...parameters.seedRelays.map((ref) => ({ ref, source: "seed" as const, addedAtMs: 0 })),
    ...network.nearby().map((ref) => ({ ref, source: "nearby" as const, addedAtMs: 0 })),
    ...(self === null ? [] : [{ ref: self, source: "own" as const, addedAtMs: 0 }]),
  ];
}
