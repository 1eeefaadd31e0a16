/** Keeps our handle findable: does the work of the claim, hands claim, chain and cards to box relays, and repeats it. */
import {
  type ClaimStatement,
  checkClaim,
  decodeDirectoryResponse,
  encodeAccountRecord,
  encodeDirectoryRequest,
  encodeStatement,
  LABELS,
  MAX_RECORD_LIFE_MS,
  type PublishState,
  type RelayRef,
  signClaim,
} from "@kith/protocol";
import type { Publication } from "../client.ts";
import { type Core, Draft } from "../core.ts";
import { doWork } from "../relay/work.ts";

/** How often a publication is repeated, and how soon when it failed, in ms. */
const REPEAT_MS = 24 * 3600 * 1000;
const RETRY_MS = 30_000;

/** Wait after a start before what was published is published again, in ms: relays repeat it daily by themselves. */
const SETTLED_MS = 15 * 60_000;

/**
 * Wait after a weak publication, first and longest, in ms: a relay that ran out of time goes on by itself and answers
 * better soon, one that knows too few nodes does not.
 */
const WEAK_FIRST_MS = 10_000;
const WEAK_MAX_MS = 5 * 60_000;

/** Wait after a change of the network, in ms: the DHT takes a new peer in a moment after the network has met it. */
const MEETING_MS = 2000;

/** Time a relay gets to publish for us, in ms. */
const PUBLISH_TIMEOUT_MS = 60_000;

/** A claim is made anew when less than this is left of its life, in ms. */
const RENEW_MS: number = MAX_RECORD_LIFE_MS / 2;

/** Publishing one account's handle. */
export class Publisher {
  readonly #core: Core;
  readonly #onChange: () => void;
  #state: Publication = "waiting";
  #weakMs = 0;
  #running: Promise<void> | null = null;
  #isStale = false;
  #isStopped = false;
  #dueMs = 0;
  #cancelTimer: () => void = () => undefined;

  constructor(core: Core, onChange: () => void) {
    this.#core = core;
    this.#onChange = onChange;
    if (core.account.isPublished) this.#state = "published";
  }

  get state(): Publication {
    return this.#state;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
  }

  /** Begins: at once with what the directory does not hold yet, later with what it does. */
  start(): void {
    if (this.#state === "published") this.#later(SETTLED_MS);
    else void this.refresh();
  }

  /** Publishes now; resolves when it was tried. Calls while it runs share the next run. */
  refresh(): Promise<void> {
    this.#isStale = true;
    this.#running ??= this.#runWhileStale().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Somebody new may be there to ask: what is not published well enough is tried again soon. */
  noticePeers(): void {
    if (this.#state === "published") return;
    this.#weakMs = 0;
    const isSoon = this.#dueMs - this.#core.clock.monotonicMs() <= MEETING_MS;
    if (this.#running === null && !isSoon) this.#later(MEETING_MS);
  }

  async #runWhileStale(): Promise<void> {
    while (this.#isStale && !this.#isStopped) {
      this.#isStale = false;
      if (this.#core.account.chain.handle === undefined) return;
      await this.#publish();
    }
  }

  async #publish(): Promise<void> {
    const { account, book } = this.#core;
    if (this.#state === "waiting") this.#setState("publishing");
    const claim = await this.#currentClaim();
    if (claim === null || account.card === undefined) return this.#later(RETRY_MS);
    const record = encodeAccountRecord({
      claim,
      chain: account.chain.entries,
      cards: [account.card, ...(this.#core.own?.cards() ?? [])],
    });
    const outcomes = await Promise.all(book.forBoxes().map((relay) => publishAt(this.#core, relay, record)));
    const states = outcomes.filter((each) => each !== null);
    if (states.length === 0) return this.#later(RETRY_MS);
    const state = states.includes("published") ? "published" : "weak";
    this.#setState(state);
    const draft = new Draft(this.#core);
    if (account.isPublished !== (state === "published")) draft.add(account.setPublished(state === "published"));
    await draft.commit();
    this.#weakMs = state === "published" ? 0 : Math.min(Math.max(this.#weakMs * 2, WEAK_FIRST_MS), WEAK_MAX_MS);
    this.#later(state === "published" ? REPEAT_MS : this.#weakMs);
  }

  /** The signed claim, with new work when the old one is stale; null when the handle changed meanwhile. */
  async #currentClaim(): Promise<Uint8Array | null> {
    const { account, clock, parameters, suite } = this.#core;
    const { netId, claimBits: bits } = parameters;
    const nowMs = clock.nowMs();
    const kept = account.claim && (await checkClaim(suite, account.claim, { netId, bits, nowMs }));
    if (kept?.ok && kept.value.expiresMs - nowMs > RENEW_MS) return kept.value.encoded;
    const { handle, head } = account.chain;
    const { proofPost: postId } = account;
    if (handle === undefined) return null;
    const statement: ClaimStatement = {
      netId,
      written: handle.written,
      account: account.id,
      xid: handle.xid,
      head,
      issuedMs: nowMs,
      expiresMs: nowMs + MAX_RECORD_LIFE_MS,
      proof: postId === undefined ? { type: "none" } : { type: "x-post", postId },
      device: account.device.deviceId,
    };
    const nonce = await doWork(this.#core, LABELS.claimWork, encodeStatement(statement), bits);
    if (account.chain.head.seq !== head.seq || account.proofPost !== postId) return null;
    const claim = await signClaim(suite, account.device.signingSeed, statement, nonce);
    const draft = new Draft(this.#core);
    draft.add(account.setClaim(claim));
    await draft.commit();
    return claim;
  }

  #later(delayMs: number): void {
    this.#cancelTimer();
    if (this.#isStopped) return;
    this.#dueMs = this.#core.clock.monotonicMs() + delayMs;
    this.#cancelTimer = this.#core.clock.after(delayMs, () => void this.refresh());
  }

  #setState(state: Publication): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#onChange();
  }
}

async function publishAt(core: Core, relay: RelayRef, record: Uint8Array): Promise<PublishState | null> {
  const channel = await core.network.open(relay, "directory", "box");
  if (!channel.ok) return null;
  const frame = await channel.value.request(encodeDirectoryRequest({ type: "publish", record }), PUBLISH_TIMEOUT_MS);
  channel.value.close();
  const answer = frame.ok ? decodeDirectoryResponse(frame.value) : frame;
  return answer.ok && answer.value.type === "published" ? answer.value.state : null;
}
