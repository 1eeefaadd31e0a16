/**
 * Holds the media of one call and keeps them in step with its signalling, which an engine does here or elsewhere. The
 * other side's certificate is compared with the one it told before anything counts as connected.
 */
import type { CallInfo } from "../call/call-info.ts";
import type { Client } from "../client.ts";
import { MessengerError } from "../messenger-error.ts";
import { AskedWays } from "./asked-ways.ts";
import { showsTold } from "./certificate.ts";
import { IceRounds } from "./ice-rounds.ts";
import type { MediaFacts, MediaPeer, MediaTrouble, OpenMedia, PeerListener, Picture } from "./media-peer.ts";

/** What a session is made from. */
export interface SessionParts<P extends MediaPeer> {
  readonly client: Pick<Client, "call">;
  readonly openMedia: OpenMedia<P>;
  /** Something to show changed. */
  readonly onChange: () => void;
  /** What the engine refused, or the media could not do; the call may be over. */
  readonly onError: (error: unknown) => void;
}

/** How often whoever has the media says so, in ms. */
const REPORT_MS = 5000;

const noop = (): void => undefined;

/** One call with its media on this side. */
export class CallSession<P extends MediaPeer> {
  readonly peer: P;
  readonly #parts: SessionParts<P>;
  readonly #ways: AskedWays;
  #id = "";
  #isOutgoing = false;
  #info: CallInfo | null = null;
  #appliedRound = -1;
  #appliedCandidates = 0;
  #turn: Promise<void> = Promise.resolve();
  #reports: ReturnType<typeof setInterval> | undefined;
  readonly #rounds = new IceRounds({
    reach: () => this.#turn.then(() => this.#ways.reached()),
    begin: () => this.#inTurn(() => this.#beginRound()),
  });
  #isOver = false;
  #hasMicrophone = false;
  #picture: Picture = "none";
  #trouble: MediaTrouble | null = null;

  private constructor(parts: SessionParts<P>, who: string) {
    this.#parts = parts;
    this.peer = parts.openMedia(this.#listener());
    this.#ways = new AskedWays(
      (more) => parts.client.call("call.ways", { who, ...more }),
      (ways) => this.#isOver || this.peer.useWays(ways),
    );
  }

  /** Calls a person. @throws MediaError without a microphone, MessengerError when the call cannot be made. */
  static async call<P extends MediaPeer>(
    parts: SessionParts<P>,
    { who, isVideo }: { readonly who: string; readonly isVideo: boolean },
  ): Promise<CallSession<P>> {
    const session = new CallSession(parts, who);
    return session.#open(isVideo, async () => {
      session.#isOutgoing = true;
      const sdp = await session.peer.offer();
      const info = await parts.client.call("call.start", { who, isVideo, sdp, media: session.ownMedia });
      session.#id = info.id;
      void session.#ways.find();
      return info;
    });
  }

  /** Answers a call that rings. @throws MediaError without a microphone, MessengerError when it rings no more. */
  static async accept<P extends MediaPeer>(
    parts: SessionParts<P>,
    call: CallInfo,
    isVideo: boolean,
  ): Promise<CallSession<P>> {
    const session = new CallSession(parts, call.account);
    const { remote, id } = call;
    session.#appliedRound = remote?.round ?? 0;
    // The person has said yes: from here on relays may be asked and ways be looked for, while the devices open.
    const answering = session.#ways.find().then(() => session.peer.answer(remote?.sdp ?? ""));
    answering.catch(noop); // without a microphone nobody waits for it
    return session.#open(isVideo, async () => {
      const { sdp, candidates } = await answering;
      session.#id = id;
      return parts.client.call("call.accept", { id, sdp, candidates: [...candidates], media: session.ownMedia });
    });
  }

  get info(): CallInfo | null {
    return this.#info;
  }

  get ownMedia(): { readonly hasMicrophone: boolean; readonly picture: Picture } {
    return { hasMicrophone: this.#hasMicrophone, picture: this.#picture };
  }

  /** What went wrong with a device, until something works again. */
  get trouble(): MediaTrouble | null {
    return this.#trouble;
  }

  /** The call as the engine knows it now; what is new of it is applied in order. */
  sync(info: CallInfo): void {
    if (info.id !== this.#id || this.#isOver) return;
    this.#info = info;
    this.#parts.onChange();
    if (info.phase === "ended") this.close();
    else this.#inTurn(() => this.#apply(info));
  }

  /** @throws MediaError; nothing changed then. */
  async setMicrophone(isOn: boolean, device?: string): Promise<void> {
    await this.#change(async () => {
      await this.peer.setMicrophone(isOn, device);
      this.#hasMicrophone = isOn;
    });
  }

  /** @throws MediaError; nothing changed then. */
  async setPicture(picture: Picture, device?: string): Promise<void> {
    await this.#change(async () => {
      await this.peer.setPicture(picture, device);
      this.#picture = picture;
    });
  }

  facts(): Promise<MediaFacts> {
    return this.peer.facts();
  }

  /** Hangs up. */
  async end(): Promise<void> {
    if (this.#isOver) return;
    const ending = this.#parts.client.call("call.end", { id: this.#id });
    this.close();
    this.#info = await ending;
    this.#parts.onChange();
  }

  /** Lets go of devices and connection; the engine is told nothing. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#reports);
    this.#rounds.stop();
    this.peer.close();
    this.#parts.onChange();
  }

  async #open(isVideo: boolean, begin: () => Promise<CallInfo>): Promise<this> {
    try {
      const beginning = this.#openDevices(isVideo).then(begin);
      // Candidates that are found meanwhile are told after it.
      this.#turn = beginning.then(noop, noop);
      const info = await beginning;
      this.#reports = setInterval(() => this.#report(), REPORT_MS);
      this.sync(info);
      return this;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async #openDevices(isVideo: boolean): Promise<void> {
    const microphone = this.peer.setMicrophone(true);
    // Without a camera it is a call all the same.
    const camera = isVideo ? this.setPicture("camera").catch(noop) : null;
    // What opens is closed again only once it is there.
    await Promise.allSettled([microphone, camera]);
    await microphone;
    this.#hasMicrophone = true;
  }

  async #change(change: () => Promise<void>): Promise<void> {
    try {
      await change();
      this.#trouble = null;
    } catch (error) {
      this.#noteTrouble(error);
      throw error;
    } finally {
      this.#parts.onChange();
    }
    await this.#tellMedia();
  }

  #noteTrouble(error: unknown): void {
    const trouble = (error as { readonly trouble?: MediaTrouble }).trouble;
    if (trouble !== undefined) this.#trouble = trouble;
  }

  async #tellMedia(): Promise<void> {
    if (this.#id === "" || this.#isOver) return;
    await this.#parts.client.call("call.tell", { id: this.#id, media: this.ownMedia });
  }

  async #apply(info: CallInfo): Promise<void> {
    const { remote } = info;
    if (remote === undefined || this.#isOver || info.phase === "ringing") return;
    if (remote.round > this.#appliedRound) {
      this.#appliedRound = remote.round;
      this.#appliedCandidates = 0;
      if (this.#isOutgoing) {
        await this.#ways.find();
        await this.peer.begin(remote.sdp);
        this.#rounds.answered();
      } else {
        await this.#ways.find(true);
        const sdp = await this.peer.renew(remote.sdp);
        await this.#parts.client.call("call.restart", { id: this.#id, sdp });
      }
    }
    const fresh = remote.candidates.slice(this.#appliedCandidates);
    this.#appliedCandidates = Math.max(this.#appliedCandidates, remote.candidates.length);
    if (fresh.length > 0 && remote.round === this.#appliedRound) await this.peer.addCandidates(fresh);
  }

  #listener(): PeerListener {
    return {
      onCandidates: (candidates) =>
        this.#inTurn(async () => {
          await this.#parts.client.call("call.tell", { id: this.#id, candidates: [...candidates] });
        }),
      onLink: (state) => this.#noteLink(state),
      onDeviceEnd: (which, trouble) => {
        if (which === "microphone") this.#hasMicrophone = false;
        else this.#picture = "none";
        this.#trouble = trouble;
        this.#parts.onChange();
        this.#inTurn(() => this.#tellMedia());
      },
      onStreams: () => this.#parts.onChange(),
    };
  }

  #noteLink(state: "up" | "down" | "failed"): void {
    this.#inTurn(async () => {
      if (state === "up") await this.#confirm();
      else await this.#parts.client.call("call.report", { id: this.#id, isUp: false });
    });
    if (this.#isOutgoing) this.#rounds.noteLink(state);
  }

  /** Looks for another way; the caller's side does it for both. */
  restart(): void {
    if (this.#isOutgoing && !this.#isOver) this.#rounds.want();
  }

  async #beginRound(): Promise<void> {
    try {
      await this.#ways.find(true);
      await this.#parts.client.call("call.restart", { id: this.#id, sdp: await this.peer.restart() });
    } catch (error) {
      this.#rounds.answered();
      throw error;
    }
  }

  /** Counts as connected only with the certificate that was told. */
  async #confirm(): Promise<void> {
    const isSame = await showsTold(this.peer, this.#info?.remote?.sdp, () => this.#isOver);
    if (this.#isOver) return;
    if (isSame) return void (await this.#parts.client.call("call.report", { id: this.#id, isUp: true }));
    this.#info = await this.#parts.client.call("call.end", { id: this.#id, reason: "mismatch" });
    this.close();
  }

  #report(): void {
    this.#inTurn(async () => {
      await this.#parts.client.call("call.report", { id: this.#id });
    });
  }

  /** Why the call is over; one that the engine knows no more was lost with the engine that did. */
  async #learnEnd(): Promise<void> {
    const { call } = await this.#parts.client.call("call.get", {});
    if (this.#isOver || this.#info === null) return;
    const lost: CallInfo = { ...this.#info, phase: "ended", end: { reason: "lost", isOwn: true } };
    this.sync(call?.id === this.#id ? call : lost);
  }

  /** One step after the other; what one of them could not do is told and stops none. */
  #inTurn(task: () => Promise<void>): void {
    this.#turn = this.#turn.then(async () => {
      if (this.#isOver) return;
      try {
        await task();
      } catch (error) {
        if (this.#isOver) return;
        if (!(error instanceof MessengerError && error.code === "CALL_OVER")) this.#parts.onError(error);
        else this.#learnEnd().catch((cause: unknown) => this.#parts.onError(cause));
      }
    });
  }
}
