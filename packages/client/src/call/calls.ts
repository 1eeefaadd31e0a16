/**
 * The calls of one account: the state machine of the protocol between the person's acts, the signals of the other side
 * and the time. The media are somewhere else, in the page or program that called `call.start` or `call.accept` and
 * reports on them; without its reports a call ends.
 */
import {
  type AccountId,
  accountToText,
  actOnCall,
  assessTrust,
  type Call,
  type CallEntry,
  type CallMedia,
  type CallRefusal,
  type CallSignal,
  type ContentId,
  callContent,
  type DeviceId,
  decodeSignal,
  encodeSignal,
  hearSignal,
  type IceCandidate,
  isLive,
  type LocalAct,
  MAX_OFFER_AGE_MS,
  MAX_OFFER_CLOCK_GAP_MS,
  NO_CALLS,
  passCallTime,
  type Sent,
  type Step,
  toHex,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";
import { isAddressHiddenFrom } from "../people/hidden-address.ts";
import { requireContact } from "../people/who.ts";
import type { Cancel } from "../ports.ts";
import type { Sender } from "../send/carrier.ts";
import { queueControl, requireAccepted, sendContent } from "../send/compose.ts";
import type { CallInfo, CallWays } from "./call-info.ts";
import { callError, readCandidates, readDescription, unwrap } from "./call-input.ts";
import type { CallHandlers, CallService, IncomingSignal, OpenCalls } from "./call-service.ts";
import { viewCall } from "./call-view.ts";
import { findIceServers, hasTurn } from "./ice-servers.ts";

/** How long a call goes on without a word of whoever has its media, in ms. */
const SILENT_MEDIA_MS = 20_000;

/** Refused signals by code, for tests and `doctor`; nothing of whom they came from. */
export type CallCounters = { readonly [C in CallRefusal | "malformed"]?: number };

/** Makes the call service of an account. */
export const callService: OpenCalls = ({ core, sender }) => new Calls(core, sender);

/** One account's calls, one at a time. */
export class Calls implements CallService {
  readonly handlers: CallHandlers;
  readonly #core: Core;
  readonly #sender: Sender;
  #state = NO_CALLS;
  /** Who the current call is with. */
  #person: AccountId | null = null;
  /** Whoever has the media of a call must report until then, monotonic ms. */
  #mediaUntilMs = Number.POSITIVE_INFINITY;
  #cancelTimer: Cancel = () => undefined;
  #sending: Promise<void> = Promise.resolve();
  #isStopped = false;
  readonly #refused = new Map<CallRefusal | "malformed", number>();

  constructor(core: Core, sender: Sender) {
    this.#core = core;
    this.#sender = sender;
    this.handlers = this.#makeHandlers();
  }

  /** How often signals were refused. */
  get counters(): CallCounters {
    return Object.fromEntries(this.#refused);
  }

  /** A signal of an accepted person; whatever it is, it never accepts anything. */
  take({ account, device, signal: encoded, ageMs }: IncomingSignal): void {
    const core = this.#core;
    const contact = core.people.contact(account);
    if (this.#isStopped || contact?.relation !== "accepted" || assessTrust(contact.trust).isSendingBlocked) return;
    const decoded = decodeSignal(encoded);
    if (!decoded.ok) this.#count("malformed");
    else this.#hear(account, device, decoded.value, ageMs);
  }

  #hear(account: AccountId, device: DeviceId, signal: CallSignal, ageMs: number | undefined): void {
    const core = this.#core;
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
    // The event of a signal was told with the mail that brought it.
    void this.#take(step, person, false);
  }

  async leave(account: AccountId): Promise<void> {
    const call = this.#state.current;
    if (call === null || !isLive(call) || this.#person !== account) return;
    await this.#act({ type: "end", call: call.id, reason: "hang-up" });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
  }

  #makeHandlers(): CallHandlers {
    return {
      "call.get": async () => ({ call: this.#view() }),
      "call.ways": async ({ who }) => {
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
  #take({ state, sends, entry }: Step, person: AccountId | null, isTold: boolean): Promise<void> {
    const before = this.#state.current;
    const withWhom = this.#person;
    this.#state = state;
    this.#person = person;
    if (state.current === null || !isLive(state.current)) this.#mediaUntilMs = Number.POSITIVE_INFINITY;
    this.#setTimer();
    const isChanged = isTold && before !== state.current;
    const run = this.#sending.then(async () => {
      if (this.#isStopped) return;
      await this.#send(sends, isChanged ? person : null);
      if (entry !== undefined && before !== null && withWhom !== null) await this.#enter(withWhom, before.id, entry);
    });
    this.#sending = run.catch(() => undefined);
    return run;
  }

  /** Puts signals into the outbox, with the event that the call changed. */
  async #send(sends: readonly Sent[], told: AccountId | null): Promise<void> {
    const core = this.#core;
    const accounts = new Set(told === null ? [] : [told]);
    for (const { devices } of sends) {
      for (const device of devices) {
        const row = core.people.peer(device)?.row;
        if (row !== undefined) accounts.add(row.account);
      }
    }
    for (const account of accounts) {
      let committed: Promise<void> = Promise.resolve();
      await core.lock.run(account, async () => {
        const draft = new Draft(core);
        for (const { devices, signal } of sends) {
          for (const device of devices) {
            const peer = core.people.peer(device);
            if (peer === undefined || peer.row.account !== account) continue;
            await queueControl(core, this.#sender.outbox, draft, peer, { call: encodeSignal(signal) });
          }
        }
        if (account === told) draft.tell({ type: "call.changed", account: accountToText(account) });
        committed = draft.commit();
      });
      await committed;
    }
  }

  /** The entry in the chat, under the id of the call, so that there is one however often it is tried. */
  async #enter(account: AccountId, id: ContentId, entry: CallEntry): Promise<void> {
    try {
      await sendContent(this.#core, this.#sender.outbox, account, (head) => callContent(head, entry), id);
    } catch (error) {
      // Blocked or forgotten meanwhile: then there is no chat to enter it in.
      if (!(error instanceof MessengerError)) throw error;
    }
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

  #count(code: CallRefusal | "malformed"): void {
    this.#refused.set(code, (this.#refused.get(code) ?? 0) + 1);
  }
}
