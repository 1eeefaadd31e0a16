/** Where a voice message is recorded: what goes on there, and what may be done about it. */
import { MediaError, type MediaTrouble } from "@kith/client/media";
import { type Signal, signal } from "@preact/signals";
import { type Recording, VoiceRecorder } from "./voice-recorder.ts";

/** idle · the microphone opens · recorded while a button is held · recorded until it is sent or thrown away. */
type Phase = "idle" | "opening" | "held" | "locked";

/** What follows from it. */
export interface DeskEffects {
  /** The bar takes the place of the text field, or gives it back. */
  onShow(isShown: boolean): void;
  onBegun(): void;
  onThrownAway(): void;
  onRecorded(recording: Recording): void;
}

/** One composer's desk. */
export class VoiceDesk {
  readonly phase: Signal<Phase> = signal("idle");
  /** Why there is no recording. */
  readonly trouble: Signal<MediaTrouble | null> = signal(null);
  readonly recorder: Signal<VoiceRecorder | null> = signal(null);
  readonly #effects: DeskEffects;
  #isLockWanted = false;

  constructor(effects: DeskEffects) {
    this.#effects = effects;
  }

  /** Asks for the microphone and begins. */
  begin(): void {
    this.#isLockWanted = false;
    this.trouble.value = null;
    this.phase.value = "opening";
    this.#effects.onShow(true);
    void this.#open();
  }

  /** Goes on without being held. */
  lock(): void {
    this.#isLockWanted = true;
    if (this.phase.peek() === "held") this.phase.value = "locked";
  }

  cancel(): void {
    this.close();
    this.#effects.onThrownAway();
  }

  async send(): Promise<void> {
    const recording = await this.#leave()?.finish();
    if (recording) this.#effects.onRecorded(recording);
  }

  /** Ends without a word: the composer is gone. */
  close(): void {
    this.#leave()?.cancel();
  }

  async #open(): Promise<void> {
    try {
      const opened = await VoiceRecorder.open(() => {
        // Ended by itself: what was said so far waits to be sent or thrown away.
        if (this.recorder.peek() === opened) this.phase.value = "locked";
      });
      if (this.phase.peek() !== "opening") return opened.cancel();
      this.recorder.value = opened;
      this.phase.value = this.#isLockWanted ? "locked" : "held";
      this.#effects.onBegun();
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      this.#leave();
      this.trouble.value = error.trouble;
    }
  }

  #leave(): VoiceRecorder | null {
    const current = this.recorder.peek();
    this.phase.value = "idle";
    this.recorder.value = null;
    this.#effects.onShow(false);
    return current;
  }
}
