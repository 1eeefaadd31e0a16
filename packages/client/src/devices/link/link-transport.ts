/** The way two devices of one person talk while one is linked: a queue for each side, at the relays of the code. */

import type { CryptoSuite } from "@kith/protocol";
import {
  decodeLinkMessage,
  deriveOwnerSide,
  encodeLinkMessage,
  type LinkMessage,
  type LinkSide,
  linkQueueSecret,
  openEnvelope,
  type RelayRef,
  sealEnvelope,
  toHex,
} from "@kith/protocol";
import type { Cancel, Clock, RandomSource } from "../../ports.ts";
import { RelayReader } from "../../receive/relay-reader.ts";
import type { RelayPool } from "../../relay/relay-pool.ts";
import { createSideCache } from "../../relay/sides.ts";
import { earnAccess } from "../../relay/work.ts";

/** What a transport works with. */
export interface LinkTools {
  readonly suite: CryptoSuite;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly pool: RelayPool;
}

/** How one side meets the other. */
export interface Meeting {
  /** Which side this one is. */
  readonly side: LinkSide;
  readonly secret: Uint8Array;
  readonly relays: readonly RelayRef[];
  /** Opens the receiving side of this side's queue. */
  readonly ownerSeed: Uint8Array;
  readonly queueNumber: number;
}

/** Wait before a message that no relay took is tried again, in ms. */
const RETRY_MS = 2000;

/** Messages remembered, so that a copy from another relay is taken once. */
const MAX_SEEN = 64;

/** One meeting. */
export class LinkTransport {
  readonly #tools: LinkTools;
  readonly #meeting: Meeting;
  readonly #onMessage: (message: LinkMessage) => void;
  readonly #sides: ReturnType<typeof createSideCache>;
  readonly #own: Uint8Array;
  readonly #other: Uint8Array;
  readonly #seen = new Set<string>();
  readonly #readers: RelayReader[] = [];
  #cancelRetry: Cancel = () => undefined;
  #isClosed = false;

  constructor(tools: LinkTools, meeting: Meeting, onMessage: (message: LinkMessage) => void) {
    this.#tools = tools;
    this.#meeting = meeting;
    this.#onMessage = onMessage;
    this.#sides = createSideCache(tools.suite);
    this.#own = linkQueueSecret(tools.suite, meeting.secret, meeting.side);
    this.#other = linkQueueSecret(tools.suite, meeting.secret, meeting.side === "old" ? "new" : "old");
  }

  /** Makes this side's queue wherever it can be and begins to read. @returns the relays that have it. */
  async open(): Promise<readonly RelayRef[]> {
    const made = await Promise.all(
      this.#meeting.relays.map(async (relay) => ((await this.#create(relay)) ? relay : null)),
    );
    const relays = made.filter((relay) => relay !== null);
    if (!this.#isClosed) for (const relay of relays) this.#read(relay);
    return relays;
  }

  /** Sends a message; tried again until a relay has taken it, or the meeting ends. */
  async send(message: LinkMessage): Promise<void> {
    const encoded = encodeLinkMessage(message);
    while (!this.#isClosed) {
      const taken = await Promise.all(this.#meeting.relays.map((relay) => this.#put(relay, encoded)));
      if (taken.includes(true) || this.#isClosed) return;
      await new Promise<void>((resolve) => {
        const cancel = this.#tools.clock.after(RETRY_MS, resolve);
        this.#cancelRetry = () => {
          cancel();
          resolve();
        };
      });
    }
  }

  /** Ends the meeting; this side's queue is dropped. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelRetry();
    for (const reader of this.#readers) reader.stop();
    void Promise.all(this.#meeting.relays.map((relay) => this.#drop(relay)));
  }

  #owner(relay: RelayRef) {
    const { ownerSeed, queueNumber } = this.#meeting;
    return deriveOwnerSide(this.#tools.suite, ownerSeed, queueNumber, relay.relay);
  }

  async #create(relay: RelayRef): Promise<boolean> {
    const session = await this.#tools.pool.use(relay, "receive");
    if (!session.ok) return false;
    const owner = this.#owner(relay);
    const sender = this.#sides(this.#own, relay.relay);
    const queue = {
      receiveId: owner.receiveId,
      sendId: sender.sendId,
      ownerMacKey: owner.macKey,
      senderMacKey: sender.macKey,
    };
    const access = await earnAccess(this.#tools, session.value, { operation: "create", queues: [queue] });
    return (await session.value.create([queue], access)).ok;
  }

  #read(relay: RelayRef): void {
    const { pool, suite, clock } = this.#tools;
    const { receiveId, macKey } = this.#owner(relay);
    const source = {
      key: { side: "receive" as const, queue: receiveId, macKey },
      take: async (envelope: Uint8Array) => this.#take(relay, envelope),
      onUnknown: () => undefined,
    };
    const nothing = (): void => undefined;
    const reader = new RelayReader({
      relay,
      identity: "receive",
      pool,
      suite,
      clock,
      sources: () => [source],
      onMissing: nothing,
    });
    this.#readers.push(reader);
    void reader.refresh();
  }

  #take(relay: RelayRef, envelope: Uint8Array): void {
    const { suite } = this.#tools;
    const opened = openEnvelope(suite, this.#sides(this.#own, relay.relay), envelope);
    if (!opened.ok || this.#isClosed) return;
    const hash = toHex(suite.sha256(opened.value));
    if (this.#seen.has(hash) || this.#seen.size >= MAX_SEEN) return;
    this.#seen.add(hash);
    const message = decodeLinkMessage(opened.value);
    if (message.ok) this.#onMessage(message.value);
  }

  async #put(relay: RelayRef, encoded: Uint8Array): Promise<boolean> {
    const { pool, suite } = this.#tools;
    const session = await pool.use(relay, "send");
    if (!session.ok) return false;
    const side = this.#sides(this.#other, relay.relay);
    const opened = await session.value.open([{ side: "send", queue: side.sendId, macKey: side.macKey }]);
    if (!opened.ok || opened.value.refusals.has(side.sendId)) return false;
    const envelope = sealEnvelope(suite, side, encoded);
    const put = await session.value.call({ type: "put", items: [{ queue: side.sendId, envelope }] }, "put");
    return put.ok && put.value.outcomes[0]?.mac !== undefined;
  }

  async #drop(relay: RelayRef): Promise<void> {
    const session = await this.#tools.pool.use(relay, "receive");
    if (session.ok) await session.value.call({ type: "drop", queue: this.#owner(relay).receiveId }, "done");
  }
}
