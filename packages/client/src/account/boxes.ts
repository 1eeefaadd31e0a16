/**
 * Our request boxes: registers prekeys, chain, card and invites on each box relay, keeps them current, and reads what
 * lies in them. The newest card names exactly the boxes that exist.
 */
import {
  type BoxRef,
  type BoxSide,
  checkCard,
  deriveBox,
  MAX_RECORD_LIFE_MS,
  ONE_TIME_PREKEYS,
  type RelayId,
  type RelayRef,
  SESSION_SUITE,
  signBundleHead,
  signCard,
} from "@kith/protocol";
import { type Core, Draft, noteBrokenPromise } from "../core.ts";
import { RelayReader } from "../receive/relay-reader.ts";
import type { RequestDoor } from "../receive/request-door.ts";
import type { RelaySession } from "../relay/relay-session.ts";
import { earnAccess } from "../relay/work.ts";
import type { Invites } from "./invites.ts";

/** One-time prekeys left on a relay below which a new batch is made. */
const LOW_PREKEYS: number = ONE_TIME_PREKEYS / 4;

/** How often everything is looked at again, and how soon after a failure, in ms. */
const REFRESH_MS = 6 * 3600 * 1000;
const RETRY_MS = 15_000;

/** How long who wants to know the boxes waits for relays that have not answered yet, in ms. */
const KNOWN_WAIT_MS = 1000;

/** Life of a card and a bundle head: renewed long before by the regular refresh. */
const RECORD_LIFE_MS: number = MAX_RECORD_LIFE_MS;

/** All boxes of this device. */
export class Boxes {
  readonly #core: Core;
  readonly #invites: Invites;
  readonly #door: RequestDoor;
  readonly #readers = new Map<RelayId, RelayReader>();
  readonly #registered = new Map<RelayId, BoxRef>();
  readonly #onCard: () => void;
  #refreshing: Promise<void> | null = null;
  #isStale = false;
  #isStopped = false;
  #cancelTimer: () => void = () => undefined;

  /** @param onCard called when there is a new card to publish. */
  constructor(core: Core, invites: Invites, door: RequestDoor, onCard: () => void) {
    this.#core = core;
    this.#invites = invites;
    this.#door = door;
    this.#onCard = onCard;
  }

  /** The boxes that exist now. */
  current(): readonly BoxRef[] {
    return [...this.#registered.values()];
  }

  /** The boxes that exist; while some relays have not answered yet, those of the others after a short wait. */
  async known(): Promise<readonly BoxRef[]> {
    const { book, clock } = this.#core;
    if (this.current().length >= book.forBoxes().length) return this.current();
    const refreshed = this.refresh();
    await Promise.race([refreshed, new Promise<void>((resolve) => clock.after(KNOWN_WAIT_MS, resolve))]);
    if (this.current().length === 0) await refreshed;
    return this.current();
  }

  /** Tells boxes of the open invites now; @returns the boxes that know them, all others would refuse the joiner. */
  async admit(boxes: readonly BoxRef[]): Promise<readonly BoxRef[]> {
    const admits = this.#invites.admits(this.#core.clock.nowMs());
    const kept = await Promise.all(
      boxes.map(async ({ relay }) => {
        const session = await this.#core.pool.use(relay, "box");
        if (!session.ok) return false;
        const side = deriveBox(this.#core.suite, this.#core.account.ownerSeed, relay.relay);
        return (await this.#put(session.value, side, { admits })) !== null;
      }),
    );
    return boxes.filter((_, index) => kept[index]);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
    for (const reader of this.#readers.values()) reader.stop();
  }

  /** Brings every box relay up to date; resolves when each was tried. Calls during a refresh share the next one. */
  refresh(): Promise<void> {
    this.#isStale = true;
    this.#refreshing ??= this.#refreshWhileStale().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refreshWhileStale(): Promise<void> {
    while (this.#isStale && !this.#isStopped) {
      this.#isStale = false;
      await this.#refreshOnce();
    }
  }

  async #refreshOnce(): Promise<void> {
    const relays = this.#core.book.forBoxes();
    const outcomes = await Promise.all(relays.map((relay) => this.#register(relay)));
    for (const relay of this.#registered.keys()) {
      if (!relays.some((each) => each.relay === relay)) this.#registered.delete(relay);
    }
    if (!(await this.#isCardCurrent())) await this.#renewCard();
    outcomes.push(...(await Promise.all(this.current().map((box) => this.#putCard(box)))));
    this.#cancelTimer();
    if (this.#isStopped) return;
    const delayMs = outcomes.every((isDone) => isDone) ? REFRESH_MS : RETRY_MS;
    this.#cancelTimer = this.#core.clock.after(delayMs, () => void this.refresh());
  }

  async #register(relay: RelayRef): Promise<boolean> {
    const core = this.#core;
    const session = await core.pool.use(relay, "box");
    if (!session.ok) return false;
    const side = deriveBox(core.suite, core.account.ownerSeed, relay.relay);
    const put = await this.#putBundle(session.value, side, relay);
    if (put === null) return false;
    this.#registered.set(relay.relay, { boxId: side.box, relay });
    if (put < LOW_PREKEYS) await this.#putOneTime(session.value, side);
    this.#read(relay, side);
    return true;
  }

  /** Leaves head, chain and invites; @returns the one-time prekeys left there, or null when refused. */
  async #putBundle(session: RelaySession, side: BoxSide, relay: RelayRef): Promise<number | null> {
    const core = this.#core;
    const nowMs = core.clock.nowMs();
    const prekeys = await core.prekeys.current(nowMs);
    const owner = {
      account: core.account.id,
      device: core.account.device.deviceId,
      signingSeed: core.account.device.signingSeed,
    };
    const head = await signBundleHead(core.suite, owner, {
      suites: [SESSION_SUITE],
      box: side.box,
      relay: relay.relay,
      createdMs: nowMs,
      expiresMs: nowMs + RECORD_LIFE_MS,
      signedPrekey: publicPart(prekeys.signed.id, prekeys.signed.keyPair.publicKey, prekeys.signed.signature),
      kemPrekey: publicPart(prekeys.kem.id, prekeys.kem.publicKey, prekeys.kem.signature),
      boxKey: { id: prekeys.id, publicKey: prekeys.boxPublicKey },
    });
    const parts = { head, chain: core.account.chain.entries, admits: this.#invites.admits(nowMs) };
    return this.#put(session, side, parts);
  }

  async #putOneTime(session: RelaySession, side: BoxSide): Promise<void> {
    const made = await this.#core.prekeys.makeOneTime();
    await this.#put(session, side, { oneTime: made.map(({ id, keyPair }) => ({ id, publicKey: keyPair.publicKey })) });
  }

  /** Without the card nobody who finds the box believes it. @returns whether the relay has it now. */
  async #putCard({ relay }: BoxRef): Promise<boolean> {
    const { account, pool, suite } = this.#core;
    const session = await pool.use(relay, "box");
    if (!session.ok || account.card === undefined) return false;
    const side = deriveBox(suite, account.ownerSeed, relay.relay);
    return (await this.#put(session.value, side, { card: account.card })) !== null;
  }

  async #put(
    session: RelaySession,
    { box, macKey }: BoxSide,
    parts: Omit<Parameters<typeof bundlePut>[0], "box" | "ownerMacKey" | "access">,
  ): Promise<number | null> {
    const request = bundlePut({ box, ownerMacKey: macKey, access: { type: "none" }, ...parts });
    const kept = await session.call(request, "bundleKept");
    if (kept.ok) return kept.value.oneTimeLeft;
    const isWorkNeeded = kept.error.code === "relay" && kept.error.reason === "work-needed";
    if (!isWorkNeeded) return null;
    const access = await earnAccess(this.#core, session, { operation: "bundlePut", box });
    const worked = await session.call({ ...request, access }, "bundleKept");
    return worked.ok ? worked.value.oneTimeLeft : null;
  }

  /** Whether the card of before says what is true now, as after a restart: a new one would be published everywhere. */
  async #isCardCurrent(): Promise<boolean> {
    const { account, suite, clock } = this.#core;
    const nowMs = clock.nowMs();
    const card = account.card === undefined ? null : await checkCard(suite, account.card, nowMs);
    if (!card?.ok || card.value.expiresMs - nowMs < RECORD_LIFE_MS / 2) return false;
    const { boxes, head } = card.value;
    return head.seq === account.chain.head.seq && describeBoxes(boxes) === describeBoxes(this.current().slice(0, 3));
  }

  async #renewCard(): Promise<void> {
    const { account, suite, clock } = this.#core;
    if (this.#registered.size === 0) return;
    const { cardSeq, change } = account.takeCardSeq();
    const nowMs = clock.nowMs();
    const card = await signCard(suite, account.device.signingSeed, {
      account: account.id,
      device: account.device.deviceId,
      head: account.chain.head,
      cardSeq,
      boxes: this.current().slice(0, 3),
      issuedMs: nowMs,
      expiresMs: nowMs + RECORD_LIFE_MS,
    });
    const draft = new Draft(this.#core);
    draft.add(change, account.setCard(card));
    await draft.commit();
    this.#onCard();
  }

  #read(relay: RelayRef, { box, macKey }: BoxSide): void {
    let reader = this.#readers.get(relay.relay);
    if (reader === undefined) {
      const { pool, suite, clock } = this.#core;
      const source = {
        key: { side: "receive" as const, queue: box, macKey },
        take: (envelope: Uint8Array) => this.#door.take(relay.relay, box, envelope),
        onUnknown: () => void this.refresh(),
      };
      const onMissing = () => noteBrokenPromise(this.#core, relay.relay);
      reader = new RelayReader({ relay, identity: "box", pool, suite, clock, sources: () => [source], onMissing });
      this.#readers.set(relay.relay, reader);
    }
    void reader.refresh();
  }
}

function describeBoxes(boxes: readonly BoxRef[]): string {
  const lines = boxes.map(({ boxId, relay }) => boxId + relay.addresses.join());
  return lines.sort().join();
}

function publicPart(id: number, publicKey: Uint8Array, signature: Uint8Array) {
  return { id, publicKey, signature };
}

function bundlePut(body: Omit<Extract<Parameters<RelaySession["call"]>[0], { type: "bundlePut" }>, "type">) {
  return { type: "bundlePut" as const, ...body };
}
