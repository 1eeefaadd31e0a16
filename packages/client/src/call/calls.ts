/**
 * The calls of one account: the state machine of the protocol between the person's acts, the signals of the other side
 * and the time. The media are somewhere else, in the page or program that called `call.start` or `call.accept` and
 * reports on them; without its reports a call ends.
 */
import {
  type AccountId,
  actOnCall,
  assessTrust,
  type Call,
  type CallMedia,
  type CallSignal,
  type ContentId,
  decodeSignal,
  endOf,
  hearOwnDevice,
  hearSignal,
  type IceCandidate,
  isLive,
  type LocalAct,
  MAX_OFFER_AGE_MS,
  MAX_OFFER_CLOCK_GAP_MS,
  NO_CALLS,
  passCallTime,
  type Step,
  toHex,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";
import { isAddressHiddenFrom } from "../people/hidden-address.ts";
import { requireContact } from "../people/who.ts";
import type { Cancel } from "../ports.ts";
import type { Sender } from "../send/carrier.ts";
import { requireAccepted } from "../send/compose.ts";
import type { CallInfo, CallWays } from "./call-info.ts";
import { callError, readCandidates, readDescription, unwrap } from "./call-input.ts";
import { CallLine } from "./call-line.ts";
import { CallNotes, endedBy, entryOfNote, type RingNote } from "./call-note.ts";
import { CallPost } from "./call-post.ts";
import type { CallCounters, CallHandlers, CallService, IncomingSignal, OpenCalls } from "./call-service.ts";
import { viewCall } from "./call-view.ts";
import { findIceServers, hasTurn } from "./ice-servers.ts";

/** How long a call goes on without a word of whoever has its media, in ms. */
const SILENT_MEDIA_MS = 20_000;

/** Makes the call service of an account. */
export const callService: OpenCalls = ({ core, sender, onBack }) => new Calls(core, sender, onBack);

/** One account's calls, one at a time. */
export class Calls implements CallService {
  readonly handlers: CallHandlers;
  readonly #core: Core;
  readonly #post: CallPost;
  readonly #notes: CallNotes;
  readonly #line: CallLine;
  #state = NO_CALLS;
  /** Who the current call is with. */
  #person: AccountId | null = null;
  /** Whoever has the media of a call must report until then, monotonic ms. */
  #mediaUntilMs = Number.POSITIVE_INFINITY;
  #cancelTimer: Cancel = () => undefined;
  #sending: Promise<void> = Promise.resolve();
  #isStopped = false;
  readonly #refused = new Map<keyof CallCounters, number>();

  constructor(core: Core, sender: Sender, onBack: () => void) {
    this.#core = core;
    this.#post = new CallPost(core, sender);
    this.#notes = new CallNotes(core);
    this.#line = new CallLine(core, sender, onBack);
    this.handlers = this.#makeHandlers();
  }

  get counters(): CallCounters {
    return Object.fromEntries(this.#refused);
  }

  resume(): void {
    void this.#inTurn(async () => {
      const ring = await this.#notes.leftRing();
      if (ring !== null) this.#read({ ...ring, ageMs: 0 }, true);
      const note = await this.#notes.left();
      if (note === null) return;
      const { id, account, devices } = note;
      await this.#post.send({ sends: [endOf(id, devices, "lost")], told: null, changes: [] });
      await this.#post.enter(account, id, entryOfNote(note));
      await this.#notes.forget(id);
    });
  }

  /** A signal of an accepted person, or of another device of this account; none of them accepts anything. */
  take(incoming: IncomingSignal): void {
    // The event of a signal was told with the mail that brought it.
    this.#read(incoming, false);
  }

  #read(incoming: IncomingSignal & Partial<RingNote>, isTold: boolean): void {
    const { account, signal } = incoming;
    const { people, account: own } = this.#core;
    const isOwn = account === own.id;
    const contact = people.contact(account);
    const isLetIn = contact?.relation === "accepted" && !assessTrust(contact.trust).isSendingBlocked;
    if (this.#isStopped) return;
    const decoded = decodeSignal(signal);
    if (!(isOwn || isLetIn)) this.#count("stranger");
    else if (!decoded.ok) this.#count("malformed");
    else if (isOwn) this.#hearOwn(decoded.value);
    else this.#hear(incoming, decoded.value, isTold);
  }

  #hearOwn(signal: CallSignal): void {
    const step = hearOwnDevice(this.#state, signal, this.#core.clock.monotonicMs());
    if (step.refused !== undefined) this.#count(step.refused);
    void this.#take(step, this.#person, true);
  }

  #hear(incoming: IncomingSignal & Partial<RingNote>, signal: CallSignal, isTold: boolean): void {
    const core = this.#core;
    const { account, device, ageMs } = incoming;
    if (signal.type === "offer") this.#notes.offered(signal.call, incoming);
    const isFresh =
      signal.type === "offer" &&
      ageMs !== undefined &&
      ageMs <= MAX_OFFER_AGE_MS &&
      Math.abs(core.clock.nowMs() - signal.sentAtMs) <= MAX_OFFER_CLOCK_GAP_MS;
    const isSamePerson = this.#person === account;
    const from = { device, isFresh, isSamePerson };
    const before = this.#state.current;
    const step = hearSignal(this.#state, from, signal, core.clock.monotonicMs());
    if (step.refused !== undefined) this.#count(step.refused);
    const person = step.state.current?.id === before?.id ? this.#person : account;
    void this.#take(step, person, isTold);
  }

  async leave(account: AccountId): Promise<void> {
    const call = this.#state.current;
    if (call === null || !isLive(call) || this.#person !== account) return;
    await this.#act({ type: "end", call: call.id, reason: "hang-up" });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
    this.#line.follow(null);
  }

  #makeHandlers(): CallHandlers {
    return {
      "call.get": async () => ({ call: this.#view() }),
      "call.ways": async ({ who, isOnceReached = false }) => {
        if (isOnceReached) await this.#line.whenReached();
        const { account } = requireAccepted(this.#core, requireContact(this.#core.people, who).account);
        return await this.#findWays(account);
      },
      "call.start": async ({ who, isVideo, sdp, media }) => {
        const { account } = requireAccepted(this.#core, requireContact(this.#core.people, who).account);
        // Rung only where a way can be found at all; who hides nothing does not wait for that.
        if (isAddressHiddenFrom(this.#core, account)) await this.#findWays(account);
        return await this.#start(account, isVideo, sdp, media);
      },
      "call.accept": ({ id, sdp, candidates, media }) =>
        this.#act({
          type: "accept",
          call: id as ContentId,
          description: readDescription(sdp),
          candidates: this.#tellable(candidates),
          media,
        }),
      "call.decline": ({ id }) => this.#act({ type: "decline", call: id as ContentId }),
      "call.end": ({ id, reason = "hang-up" }) => this.#act({ type: "end", call: id as ContentId, reason }),
      "call.tell": async ({ id, candidates, media }) => {
        const call = id as ContentId;
        if (media !== undefined) await this.#act({ type: "media", call, media });
        if (candidates === undefined) return this.#requireView();
        return await this.#act({ type: "candidates", call, candidates: this.#tellable(candidates) });
      },
      "call.restart": ({ id, sdp }) =>
        this.#act({ type: "restart", call: id as ContentId, description: readDescription(sdp) }),
      "call.report": async ({ id, isUp }) => {
        const call = this.#state.current;
        if (call?.id !== id || !isLive(call)) throw callError("unknown-call");
        this.#noteMedia();
        const changes = this.#notes.follow(this.#person, call);
        if (changes.length > 0) void this.#inTurn(() => this.#post.send({ sends: [], told: null, changes }));
        if (isUp !== undefined) return await this.#act({ type: "link", call: call.id, isUp });
        return this.#requireView();
      },
    };
  }

  /** @throws MessengerError CALL_NO_TURN. */
  async #findWays(account: AccountId): Promise<CallWays> {
    const servers = await findIceServers(this.#core, account);
    if (!isAddressHiddenFrom(this.#core, account)) return { isAddressHidden: false, servers };
    if (hasTurn(servers)) return { isAddressHidden: true, servers };
    throw new MessengerError("CALL_NO_TURN", "the address is hidden, and no relay between the two offers TURN");
  }

  /** The places that the other side may know, whatever whoever has the media found. */
  #tellable(lines: readonly string[]): readonly IceCandidate[] {
    const isHidden = this.#person !== null && isAddressHiddenFrom(this.#core, this.#person);
    return readCandidates(lines).filter(({ type }) => !isHidden || type === "relay");
  }

  async #start(account: AccountId, isVideo: boolean, sdp: string, media: CallMedia): Promise<CallInfo> {
    const { people, random, clock } = this.#core;
    const act: LocalAct = {
      type: "start",
      call: toHex(random(16)) as ContentId,
      isVideo,
      devices: people.peersOf(account).map(({ row }) => row.device),
      description: readDescription(sdp),
      media,
      sentAtMs: clock.nowMs(),
    };
    const step = unwrap(actOnCall(this.#state, act, clock.monotonicMs()));
    this.#noteMedia();
    await this.#take(step, account, true);
    // They called while ours was put on disk, and theirs goes on: it rings here, and is not the one that was asked for.
    if (this.#state.current?.id !== act.call) throw callError("busy");
    return this.#requireView();
  }

  /** @throws MessengerError CALL_OVER or CALL_INVALID. */
  async #act(act: LocalAct): Promise<CallInfo> {
    const step = unwrap(actOnCall(this.#state, act, this.#core.clock.monotonicMs()));
    if (act.type === "accept") this.#noteMedia();
    await this.#take(step, this.#person, true);
    return this.#requireView();
  }

  /** Whoever has the media is there. */
  #noteMedia(): void {
    this.#mediaUntilMs = this.#core.clock.monotonicMs() + SILENT_MEDIA_MS;
    this.#setTimer();
  }

  /** Takes a step: the state at once, then what leaves and what stays, in the order of the steps. */
  #take({ state, sends, own, entry }: Step, person: AccountId | null, isTold: boolean): Promise<void> {
    const before = this.#state.current;
    const withWhom = this.#person;
    this.#state = state;
    this.#person = person;
    if (state.current === null || !isLive(state.current)) this.#mediaUntilMs = Number.POSITIVE_INFINITY;
    this.#line.follow(state.current?.phase === "reconnecting" ? person : null);
    this.#setTimer();
    const told = isTold && before !== state.current ? person : null;
    const changes = this.#notes.follow(person, state.current);
    const over = endedBy(before, state.current);
    return this.#inTurn(async () => {
      await this.#post.send({ sends: [...sends, ...this.#post.toOwn(own)], told, changes });
      if (over === null || withWhom === null) return;
      if (entry !== undefined) await this.#post.enter(withWhom, over, entry);
      await this.#notes.forget(over);
    });
  }

  /** One step after the other, each on disk before the next. */
  #inTurn(task: () => Promise<void>): Promise<void> {
    const run = this.#sending.then(() => (this.#isStopped ? undefined : task()));
    this.#sending = run.catch(() => undefined);
    return run;
  }

  #setTimer(): void {
    this.#cancelTimer();
    const call = this.#state.current;
    if (this.#isStopped || call === null || !isLive(call)) return;
    const { clock } = this.#core;
    const atMs = Math.min(call.untilMs ?? Number.POSITIVE_INFINITY, this.#mediaUntilMs);
    if (!Number.isFinite(atMs)) return;
    this.#cancelTimer = clock.after(Math.max(0, atMs - clock.monotonicMs()), () => this.#onTime(call));
  }

  #onTime(call: Call): void {
    const nowMs = this.#core.clock.monotonicMs();
    if (nowMs >= this.#mediaUntilMs) {
      const ended = actOnCall(this.#state, { type: "end", call: call.id, reason: "lost" }, nowMs);
      if (ended.ok) void this.#take(ended.value, this.#person, true);
      return;
    }
    const step = passCallTime(this.#state, nowMs);
    if (step.state === this.#state) this.#setTimer();
    else void this.#take(step, this.#person, true);
  }

  #view(): CallInfo | null {
    const call = this.#state.current;
    return call === null || this.#person === null ? null : viewCall(this.#core, this.#person, call);
  }

  #requireView(): CallInfo {
    const view = this.#view();
    if (view === null) throw callError("unknown-call");
    return view;
  }

  #count(code: keyof CallCounters): void {
    this.#refused.set(code, (this.#refused.get(code) ?? 0) + 1);
  }
}
