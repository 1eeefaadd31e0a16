/**
 * Tells people that we are writing to them: straight to their devices or not at all. No relay holds it, no ratchet
 * moves for it, and nothing of it is stored.
 */
import { type AccountId, assessTrust, encodeVolatile, sealNote, TYPING_LIFE_MS, VOLATILE_KINDS } from "@kith/protocol";
import type { Core } from "../core.ts";
import type { Peer } from "../people/people.ts";
import type { DirectCarrier } from "./direct-carrier.ts";

/** How soon the same is told again, in ms: twice within its life, so that one that is lost does not show. */
const REPEAT_MS: number = TYPING_LIFE_MS / 3;

/** Tells, and remembers for a moment what was told. */
export class TypingTeller {
  readonly #core: Core;
  readonly #direct: DirectCarrier;
  readonly #told = new Map<AccountId, { readonly isTyping: boolean; readonly atMs: number }>();

  constructor(core: Core, direct: DirectCarrier) {
    this.#core = core;
    this.#direct = direct;
  }

  /** @returns whether a device of theirs took it; nobody is told who is not accepted, or while this is off. */
  async tell(account: AccountId, isTyping: boolean): Promise<boolean> {
    const { settings, people, clock } = this.#core;
    const contact = people.contact(account);
    if (!settings.hasTypingIndicators || contact?.relation !== "accepted") return false;
    if (assessTrust(contact.trust).isSendingBlocked) return false;
    const nowMs = clock.monotonicMs();
    const told = this.#told.get(account);
    const isFresh = told !== undefined && nowMs - told.atMs < REPEAT_MS;
    if (told?.isTyping === isTyping ? isFresh || !isTyping : !isTyping && told === undefined) return false;
    this.#told.set(account, { isTyping, atMs: nowMs });
    const taken = await Promise.all(people.peersOf(account).map((peer) => this.#pass(peer, isTyping)));
    return taken.includes(true);
  }

  async #pass(peer: Peer, isTyping: boolean): Promise<boolean> {
    const { suite, sides, clock } = this.#core;
    const { sendQueue } = peer.row;
    if (sendQueue === undefined) return false;
    const kind = isTyping ? VOLATILE_KINDS.typing : VOLATILE_KINDS.stopped;
    const sealed = sealNote(suite, sides(sendQueue.secret, "volatile"), { kind, atMs: clock.nowMs() });
    return this.#direct.pass(peer, encodeVolatile({ queue: sides(sendQueue.secret, "direct").sendId, sealed }));
  }
}
