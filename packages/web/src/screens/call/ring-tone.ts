/** Two soft notes while a call rings, made by the browser; where it plays no sound before a click, there is none. */

const NOTES = { incoming: [523.25, 659.25], outgoing: [440, 440] } as const;

/** From one ring to the next, and the length of a note, in ms. */
const RING_MS = { incoming: 2000, outgoing: 4000 } as const;
const NOTE_S = 0.35;
const LOUDNESS = 0.08;

/** What rings. */
type Ring = keyof typeof NOTES;

/** The tone of one page. */
export class RingTone {
  #context: AudioContext | null = null;
  #ring: Ring | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Rings from now on, or is silent. */
  set(ring: Ring | null): void {
    if (ring === this.#ring) return;
    this.#ring = ring;
    clearInterval(this.#timer);
    if (ring === null) {
      void this.#context?.close();
      this.#context = null;
      return;
    }
    this.#context ??= new AudioContext();
    this.#play(ring);
    this.#timer = setInterval(() => this.#play(ring), RING_MS[ring]);
  }

  #play(ring: Ring): void {
    const context = this.#context;
    if (context === null || context.state !== "running") return;
    for (const [at, frequency] of NOTES[ring].entries()) {
      const start = context.currentTime + at * NOTE_S;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.03);
      volume.gain.linearRampToValueAtTime(0, start + NOTE_S);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + NOTE_S);
    }
  }
}
