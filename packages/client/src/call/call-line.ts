/**
 * Whether the two of an interrupted call can tell each other anything. A line that was cut leaves connections behind
 * that stay open and swallow what they are given, for minutes. So while a call reconnects every relay between the two
 * is asked at short intervals; one that does not answer is dropped and dialled anew.
 * @see docs/spec/09-call.md (States)
 */
import {
  type AccountId,
  encodeAs,
  encodeVolatile,
  type RelayRef,
  relayRequest,
  sealNote,
  VOLATILE_KINDS,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import type { Peer } from "../people/people.ts";
import type { Cancel } from "../ports.ts";
import type { Sender } from "../send/carrier.ts";

/** How long a relay may take to answer, in ms: a line that loses a packet or two repeats them within it. */
const ANSWER_MS = 2500;

/** Pause before relays are asked again, in ms: while none answers, and to see that they still do. */
const AGAIN_MS = 500;
const STILL_MS = 3000;

/** Relays asked at once, each way. */
const MAX_ASKED = 4;

type Way = "send" | "receive";

/** The line of one call at a time. */
export class CallLine {
  readonly #core: Core;
  readonly #sender: Sender;
  readonly #onBack: () => void;
  #account: AccountId | null = null;
  /** Counts interruptions, so that what was asked in one before says nothing of this one. */
  #round = 0;
  #isBroken = false;
  #isReached = true;
  #waiting: (() => void)[] = [];
  #cancel: Cancel = () => undefined;

  /** @param onBack called when relays answer again after they did not. */
  constructor(core: Core, sender: Sender, onBack: () => void) {
    this.#core = core;
    this.#sender = sender;
    this.#onBack = onBack;
  }

  /** Whom the call is with that is interrupted now; null when none is. */
  follow(account: AccountId | null): void {
    if (account === this.#account) return;
    this.#account = account;
    this.#round += 1;
    this.#cancel();
    this.#isBroken = false;
    if (account === null) this.#reached();
    else this.#interrupt(account);
  }

  /** Resolves once something told now arrives at a relay between the two, and the other way round; at once where no call is interrupted. */
  whenReached(): Promise<void> {
    return this.#isReached ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  #interrupt(account: AccountId): void {
    this.#isReached = false;
    for (const peer of this.#core.people.peersOf(account)) this.#probeDirect(peer);
    void this.#look(account, this.#round);
  }

  /** A direct channel that swallows what it is given is dropped as for any note that nobody keeps; relays carry meanwhile. */
  #probeDirect(peer: Peer): void {
    const { suite, sides, clock } = this.#core;
    const { sendQueue } = peer.row;
    if (sendQueue === undefined) return;
    const note = { kind: VOLATILE_KINDS.stopped, atMs: clock.nowMs() };
    const sealed = sealNote(suite, sides(sendQueue.secret, "volatile"), note);
    void this.#sender.direct.pass(peer, encodeVolatile({ queue: sides(sendQueue.secret, "direct").sendId, sealed }));
  }

  async #look(account: AccountId, round: number): Promise<void> {
    const { pool, clock } = this.#core;
    pool.forgive();
    const isThere = (await Promise.all([this.#isOpen(account, "send"), this.#isOpen(account, "receive")])).every(
      Boolean,
    );
    if (round !== this.#round) return;
    if (isThere && this.#isBroken) this.#onBack();
    this.#isBroken = !isThere;
    if (isThere) this.#reached();
    this.#cancel = clock.after(isThere ? STILL_MS : AGAIN_MS, () => void this.#look(account, round));
  }

  #reached(): void {
    this.#isReached = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Whether one of the relays of a way answers, or there are none to ask. */
  async #isOpen(account: AccountId, way: Way): Promise<boolean> {
    const relays = this.#relays(account, way);
    if (relays.length === 0) return true;
    const answers = relays.map((relay) => this.#answers(relay, way));
    // The first that answers is enough; the others are dropped or not meanwhile.
    return await Promise.any(answers.map(async (each) => (await each) || Promise.reject(new Error("silent")))).catch(
      () => false,
    );
  }

  async #answers(relay: RelayRef, way: Way): Promise<boolean> {
    const session = await this.#core.pool.use(relay, way);
    if (!session.ok) return false;
    const answer = await session.value.ask(encodeAs(relayRequest, { type: "info" }), ANSWER_MS);
    if (!answer.ok) session.value.close();
    return answer.ok;
  }

  #relays(account: AccountId, way: Way): readonly RelayRef[] {
    const rows = this.#core.people.peersOf(account).map(({ row }) => row);
    const relays = rows.flatMap(({ ownQueue, sendQueue }) =>
      way === "receive" ? ownQueue.relays : (sendQueue?.relays ?? []),
    );
    return [...new Map(relays.map((each) => [each.relay, each])).values()].slice(0, MAX_ASKED);
  }
}
