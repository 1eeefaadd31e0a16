/** The sound of a voice message: fetched when it is first played, and played if it begins like a recording. */
import { type Message, MessengerError } from "@kith/client/rpc";
import { type Signal, signal } from "@preact/signals";
import { nameMessage } from "../../state/message-name.ts";
import type { MessengerLink } from "../../state/messenger-link.ts";
import { openSound } from "./open-sound.ts";

const RATES: readonly number[] = [1, 1.5, 2];

/** A recording says where it ends only once it was asked for a place beyond that. */
const BEYOND_S = 1e6;

/** Told to all sounds of the page when one begins. */
const BEGINS = "kith-voice";

/** One message's sound. */
export class VoiceSound {
  readonly isPlaying: Signal<boolean> = signal(false);
  readonly atMs: Signal<number> = signal(0);
  readonly rate: Signal<number> = signal(1);
  /** This browser does not play it. */
  readonly isRefused: Signal<boolean> = signal(false);
  /** As it is now. */
  message: Message | null = null;
  readonly #link: MessengerLink;
  readonly #end = new AbortController();
  #audio: HTMLAudioElement | null = null;
  #isWanted = false;
  #isReady = false;

  constructor(link: MessengerLink) {
    this.#link = link;
    document.addEventListener(BEGINS, (event) => this.#onOther(event), { signal: this.#end.signal });
  }

  /** Plays or pauses; a message that is not here yet is fetched, and plays once it is. @throws MessengerError. */
  async toggle(): Promise<void> {
    if (this.isPlaying.peek()) this.#audio?.pause();
    else if (this.#audio !== null) await this.#play();
    else await this.#load();
  }

  /** Something about the message changed: plays it when that was asked for before it was here. */
  async goOn(): Promise<void> {
    if (this.#isWanted && this.#isHere()) await this.#load();
  }

  seek(ms: number): void {
    const lengthMs = (this.#audio?.duration ?? Number.POSITIVE_INFINITY) * 1000;
    this.atMs.value = Math.max(0, Math.min(ms, this.message?.file?.voice?.durationMs ?? 0, lengthMs));
    if (this.#audio !== null) this.#audio.currentTime = this.atMs.peek() / 1000;
  }

  nextRate(): void {
    this.rate.value = RATES[RATES.indexOf(this.rate.peek()) + 1] ?? 1;
    if (this.#audio !== null) this.#audio.playbackRate = this.rate.peek();
  }

  close(): void {
    this.#end.abort();
    this.#audio?.pause();
    if (this.#audio !== null) URL.revokeObjectURL(this.#audio.src);
  }

  #isHere(): boolean {
    const { state, isCopy } = this.message?.file ?? {};
    const isGone = state === "cancelled" || state === "removed" || state === "elsewhere";
    const isKept = this.message?.isOwn === true && isCopy !== true && !isGone;
    return state === "complete" || isKept;
  }

  async #load(): Promise<void> {
    const { message } = this;
    if (message === null) return;
    this.#isWanted = !this.#isHere();
    if (this.#isWanted) {
      await this.#link.call("file.accept", nameMessage(message));
      return;
    }
    const url = await openSound(this.#link, message);
    if (url === null) this.isRefused.value = true;
    else if (this.#end.signal.aborted) URL.revokeObjectURL(url);
    else await this.#open(url);
  }

  async #open(url: string): Promise<void> {
    const audio = new Audio(url);
    this.#audio = audio;
    await this.#prepare(audio);
    if (this.isRefused.peek()) return;
    audio.playbackRate = this.rate.peek();
    audio.currentTime = this.atMs.peek() / 1000;
    this.#isReady = true;
    await this.#play();
  }

  /** Waits until its length is known, or that it is no sound. */
  #prepare(audio: HTMLAudioElement): Promise<void> {
    const { signal: ended } = this.#end;
    audio.addEventListener("timeupdate", () => {
      if (this.#isReady) this.atMs.value = audio.currentTime * 1000;
    });
    audio.addEventListener("play", () => {
      this.isPlaying.value = true;
    });
    audio.addEventListener("pause", () => {
      this.isPlaying.value = false;
    });
    audio.addEventListener("ended", () => {
      audio.currentTime = 0;
      this.atMs.value = 0;
    });
    return new Promise((resolve) => {
      ended.addEventListener("abort", () => resolve());
      audio.addEventListener("error", () => {
        this.isRefused.value = true;
        resolve();
      });
      audio.addEventListener("loadedmetadata", () => {
        if (Number.isFinite(audio.duration)) return resolve();
        audio.addEventListener("seeked", () => resolve(), { once: true });
        audio.currentTime = BEYOND_S;
      });
    });
  }

  async #play(): Promise<void> {
    if (this.#audio === null || this.isRefused.peek() || this.#end.signal.aborted) return;
    document.dispatchEvent(new CustomEvent(BEGINS, { detail: this }));
    try {
      await this.#audio.play();
    } catch (cause) {
      // Paused again at once, by a second press or by another sound.
      if (cause instanceof DOMException && cause.name === "AbortError") return;
      this.isRefused.value = true;
      return;
    }
    const { message } = this;
    if (message === null || message.isOwn || message.isPlayed === true) return;
    await this.#notePlayed(message);
  }

  async #notePlayed(message: Message): Promise<void> {
    try {
      await this.#link.call("message.markPlayed", nameMessage(message));
    } catch (error) {
      // It vanished while it was played: there is nothing left to mark.
      if (!(error instanceof MessengerError) || error.code !== "MESSAGE_UNKNOWN") throw error;
    }
  }

  #onOther(event: Event): void {
    if ((event as CustomEvent<VoiceSound>).detail !== this) this.#audio?.pause();
  }
}
