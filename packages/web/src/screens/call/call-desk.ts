/** The calls of this page: the one that rings or is under way, its media when they are here, and what is shown of it. */
import {
  type BrowserMedia,
  CallSession,
  MediaError,
  type MediaFacts,
  type MediaTrouble,
  openBrowserMedia,
} from "@kith/client/media";
import { type CallInfo, MessengerError } from "@kith/client/rpc";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { MessengerLink } from "../../state/messenger-link.ts";
import { ChosenDevices } from "./chosen-devices.ts";
import { LinkQuality } from "./link-quality.ts";
import { RingTone } from "./ring-tone.ts";

/** A call that could not begin, and how to try again. */
export interface FailedStart {
  readonly account: string;
  readonly isVideo: boolean;
  /** no-turn: the address is hidden, and no relay passes calls on. */
  readonly trouble: MediaTrouble | "no-turn";
}

/** How often the facts of a running call are read, in ms. */
const FACTS_MS = 1000;

type Session = CallSession<BrowserMedia>;

/** One page's calls. */
export class CallDesk {
  readonly #link: MessengerLink;
  readonly #report: (error: unknown) => void;
  readonly #tone = new RingTone();
  readonly #call = signal<CallInfo | null>(null);
  readonly #session = signal<Session | null>(null);
  /** Counts changes inside of the session, which is no signal itself. */
  readonly #changes = signal(0);
  readonly #facts = signal<MediaFacts | null>(null);
  readonly #starting = signal<{ readonly account: string; readonly isVideo: boolean } | null>(null);
  readonly #failed = signal<FailedStart | null>(null);
  readonly #closed = signal("");
  readonly isSmall: Signal<boolean> = signal(false);
  readonly devices: ChosenDevices = new ChosenDevices(localStorage);
  readonly isChoosing: Signal<boolean> = signal(false);
  readonly #isWeak = signal(false);
  /** The browser plays no sound before somebody clicks. */
  readonly isSilenced: Signal<boolean> = signal(false);
  #quality: LinkQuality = new LinkQuality();
  #watch: ReturnType<typeof setInterval> | undefined;

  constructor(link: MessengerLink, report: (error: unknown) => void) {
    this.#link = link;
    this.#report = report;
    addEventListener(
      "pagehide",
      () =>
        void this.#session
          .peek()
          ?.end()
          .catch(() => undefined),
    );
    addEventListener("online", () => this.#session.peek()?.restart());
  }

  get call(): ReadonlySignal<CallInfo | null> {
    return this.#call;
  }

  /** The media, when this page has them. */
  get session(): Session | null {
    this.#changes.value;
    return this.#session.value;
  }

  get facts(): ReadonlySignal<MediaFacts | null> {
    return this.#facts;
  }

  /** Much is lost or late on the way. */
  get isWeak(): ReadonlySignal<boolean> {
    return this.#isWeak;
  }

  /** Whom this page is about to call, while the browser asks for the microphone. */
  get starting(): ReadonlySignal<{ readonly account: string; readonly isVideo: boolean } | null> {
    return this.#starting;
  }

  get failed(): ReadonlySignal<FailedStart | null> {
    return this.#failed;
  }

  /** Whether the end of the last call was seen. */
  get isClosed(): boolean {
    return this.#closed.value === this.#call.value?.id;
  }

  /** Takes the call as the engine knows it. */
  take(call: CallInfo): void {
    const before = this.#call.peek();
    const isNew = before?.id !== call.id;
    // Told once more, by another word about the same end: what is shown of it stays as it is.
    if (!isNew && before.phase === "ended") return;
    this.#leaveOther(call);
    this.#call.value = call;
    this.#session.peek()?.sync(call);
    const isRinging = call.phase === "ringing" && !call.isOutgoing && this.#session.peek() === null;
    this.#tone.set(isRinging ? "incoming" : call.phase === "ringing" && call.isHeard ? "outgoing" : null);
    // A call that ended while another page or nobody had it is told by its line in the chat.
    if (call.phase === "ended" && (this.#session.peek() === null || isPlainEnd(call))) this.#closed.value = call.id;
    if (call.phase === "ended") this.#letGo();
    if (isNew && call.phase !== "ended") this.isSmall.value = false;
  }

  async start(account: string, isVideo: boolean): Promise<void> {
    if (this.#starting.peek() !== null) return;
    this.#failed.value = null;
    this.#starting.value = { account, isVideo };
    this.isSmall.value = false;
    try {
      this.#adopt(await CallSession.call(this.#parts(), { who: account, isVideo }));
    } catch (error) {
      this.#fail(error, { account, isVideo });
    } finally {
      this.#starting.value = null;
    }
  }

  async accept(isVideo: boolean): Promise<void> {
    const call = this.#call.peek();
    if (call === null || this.#starting.peek() !== null) return;
    const { account } = call;
    this.#failed.value = null;
    this.#starting.value = { account, isVideo };
    this.#tone.set(null);
    try {
      this.#adopt(await CallSession.accept(this.#parts(), call, isVideo));
    } catch (error) {
      this.#fail(error, { account, isVideo });
    } finally {
      this.#starting.value = null;
    }
  }

  async decline(): Promise<void> {
    const call = this.#call.peek();
    if (call === null) return;
    this.#tone.set(null);
    this.#failed.value = null;
    await this.#run(async () => this.take(await this.#link.call("call.decline", { id: call.id })));
  }

  async hangUp(): Promise<void> {
    await this.#run(async () => this.#session.peek()?.end());
    const info = this.#session.peek()?.info ?? null;
    if (info !== null) this.take(info);
  }

  toggleMicrophone(): Promise<void> {
    return this.#change((session) => session.setMicrophone(!session.ownMedia.hasMicrophone));
  }

  toggleCamera(): Promise<void> {
    return this.#change((session) => session.setPicture(session.ownMedia.picture === "camera" ? "none" : "camera"));
  }

  toggleScreen(): Promise<void> {
    return this.#change((session) => session.setPicture(session.ownMedia.picture === "screen" ? "none" : "screen"));
  }

  /** Uses another microphone from now on; one that was lost is taken for on. */
  async chooseMicrophone(id: string): Promise<void> {
    this.devices.choose("microphone", id);
    await this.#change((session) =>
      session.setMicrophone(session.ownMedia.hasMicrophone || session.trouble === "microphone-lost", id),
    );
  }

  /** Uses another camera: at once while one is on, else the next time. */
  async chooseCamera(id: string): Promise<void> {
    this.devices.choose("camera", id);
    const { picture } = this.#session.peek()?.ownMedia ?? {};
    const isWanted = picture === "camera" || this.#session.peek()?.trouble === "camera-lost";
    if (isWanted) await this.#change((session) => session.setPicture("camera", id));
  }

  /** What was shown of the last call is not needed any more. */
  close(): void {
    this.#failed.value = null;
    this.#closed.value = this.#call.peek()?.id ?? "";
  }

  clear(): void {
    this.#session.peek()?.close();
    this.#letGo();
    this.#tone.set(null);
    this.#failed.value = null;
    this.#call.value = null;
  }

  #parts() {
    return {
      client: this.#link,
      openMedia: (listener: Parameters<typeof openBrowserMedia>[0]) =>
        openBrowserMedia(listener, this.devices.chosen.peek()),
      onChange: () => this.#noteSession(),
      onError: (error: unknown) => this.#note(error),
    };
  }

  /** An end that the engine does not tell: it was started anew, or what the other side showed was wrong. */
  #noteSession(): void {
    this.#changes.value += 1;
    const info = this.#session.peek()?.info ?? null;
    const call = this.#call.peek();
    if (info?.phase === "ended" && call?.id === info.id && call.phase !== "ended") this.take(info);
  }

  #adopt(session: Session): void {
    this.#session.value = session;
    this.#quality = new LinkQuality();
    this.isSilenced.value = false;
    this.#watch = setInterval(() => void this.#readFacts(session), FACTS_MS);
    if (session.info !== null) this.take(session.info);
    // What happened while the call was being made was told before this page knew of it.
    void this.#run(async () => {
      const { call } = await this.#link.call("call.get", {});
      if (call !== null) this.take(call);
    });
  }

  async #readFacts(session: Session): Promise<void> {
    const facts = await session.facts();
    if (this.#session.peek() !== session) return;
    this.#facts.value = facts;
    this.#isWeak.value = this.#quality.take(facts);
  }

  /** Both called at once and theirs goes on: ours is over without a word about it. */
  #leaveOther({ id }: CallInfo): void {
    const session = this.#session.peek();
    if (session === null || session.info === null || session.info.id === id) return;
    session.close();
    this.#letGo();
  }

  #letGo(): void {
    clearInterval(this.#watch);
    this.#session.value = null;
    this.#facts.value = null;
    this.#isWeak.value = false;
    this.isChoosing.value = false;
  }

  #fail(error: unknown, { account, isVideo }: Omit<FailedStart, "trouble">): void {
    if (error instanceof MediaError) this.#failed.value = { account, isVideo, trouble: error.trouble };
    else if (error instanceof MessengerError && error.code === "CALL_NO_TURN") {
      this.#failed.value = { account, isVideo, trouble: "no-turn" };
      // They called meanwhile: what rings says so itself.
    } else if (!(error instanceof MessengerError && error.code === "CALL_BUSY")) this.#report(error);
  }

  async #change(change: (session: Session) => Promise<void>): Promise<void> {
    const session = this.#session.peek();
    if (session !== null) await this.#run(() => change(session));
  }

  async #run(task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#note(error);
    }
  }

  /** What a device could not do is on the screen already; a call that is over says so itself. */
  #note(error: unknown): void {
    if (error instanceof MediaError) return;
    if (error instanceof MessengerError && error.code === "CALL_OVER") return;
    this.#report(error);
  }
}

/** An end that needs no explanation: somebody hung up after they had talked, or gave up calling here. */
function isPlainEnd({ end, connectedAtMs, isOutgoing }: CallInfo): boolean {
  if (end?.reason === "crossed" || end?.reason === "elsewhere") return true;
  return end?.reason === "hang-up" && (connectedAtMs !== undefined || (isOutgoing && end.isOwn));
}
