/** Calls as the rest of the app sees them. What makes and shows them is loaded when the first one rings or is made. */
import { type Signal, signal } from "@preact/signals";
import type { CallDesk } from "../screens/call/call-desk.ts";
import type { CallNotice } from "./call-notice.ts";
import type { MessengerLink } from "./messenger-link.ts";

/** The way to the calls of this page. */
export class CallDoor {
  /** Set from the first call on. */
  readonly desk: Signal<CallDesk | null> = signal(null);
  readonly #link: MessengerLink;
  readonly #report: (error: unknown) => void;
  readonly #notice: CallNotice;
  #loading: Promise<CallDesk> | null = null;

  constructor(link: MessengerLink, report: (error: unknown) => void, notice: CallNotice) {
    this.#link = link;
    this.#report = report;
    this.#notice = notice;
  }

  /** Whether a call rings or is under way. */
  get isLive(): boolean {
    const call = this.desk.peek()?.call.peek() ?? null;
    return call !== null && call.phase !== "ended";
  }

  /** Something about a call changed, or may have while nobody looked. */
  async look(): Promise<void> {
    const { call } = await this.#link.call("call.get", {});
    if (call !== null) this.#notice.take(call);
    if (call === null || (this.desk.peek() === null && call.phase === "ended")) return;
    (await this.#load()).take(call);
  }

  /** Calls a person. */
  async start(account: string, isVideo: boolean): Promise<void> {
    await (await this.#load()).start(account, isVideo);
  }

  /** The account was closed: no call goes on. */
  clear(): void {
    this.#notice.end();
    this.desk.peek()?.clear();
  }

  async #load(): Promise<CallDesk> {
    this.#loading ??= import("../screens/call/call-desk.ts").then(({ CallDesk }) => {
      const desk = new CallDesk(this.#link, this.#report);
      this.desk.value = desk;
      return desk;
    });
    try {
      return await this.#loading;
    } catch (error) {
      this.#loading = null; // it did not arrive: asked for again the next time
      throw error;
    }
  }
}
