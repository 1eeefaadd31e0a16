/** How loud a recording is along its length, in the few numbers that travel with it. */

/** Bars of a waveform that is sent, and the steps of one: enough to be drawn, too few to guess words from. */
export const BARS = 64;
const STEPS = 31;

/** The largest value of a bar. */
const FULL = 255;

/** Levels kept while recording: two neighbours become one when there are more. */
const MAX_LEVELS = 1024;

/** Quiet speech is drawn too: the ear hears levels as their root, roughly. */
const CURVE = 0.6;

/** Gathers levels of any number and gives bars of their shape. */
export class Loudness {
  #levels: number[] = [];
  /** Samples in one level, and those gathered for the next one. */
  #share = 1;
  #gathered = 0;
  #loudest = 0;

  /** @param level from 0 to 1. */
  add(level: number): void {
    this.#loudest = Math.max(this.#loudest, Math.min(1, Math.max(0, level)));
    this.#gathered += 1;
    if (this.#gathered < this.#share) return;
    this.#levels.push(this.#loudest);
    this.#loudest = 0;
    this.#gathered = 0;
    if (this.#levels.length > MAX_LEVELS) this.#halve();
  }

  /** The newest levels, oldest first, for a meter. */
  latest(count: number): readonly number[] {
    return this.#levels.slice(-count).map((level) => level ** CURVE);
  }

  /** At most 64 bars from 0 to 255 in 32 steps, the loudest one full; silence stays low. */
  bars(): number[] {
    const count = Math.min(BARS, this.#levels.length);
    const loudest = Math.max(0.02, ...this.#levels);
    return Array.from({ length: count }, (_, bar) => {
      const from = Math.floor((bar * this.#levels.length) / count);
      const until = Math.max(from + 1, Math.floor(((bar + 1) * this.#levels.length) / count));
      const level = Math.max(...this.#levels.slice(from, until)) / loudest;
      return Math.round((Math.round(level ** CURVE * STEPS) / STEPS) * FULL);
    });
  }

  #halve(): void {
    this.#levels = Array.from({ length: Math.ceil(this.#levels.length / 2) }, (_, at) =>
      Math.max(this.#levels[2 * at] ?? 0, this.#levels[2 * at + 1] ?? 0),
    );
    this.#share *= 2;
  }
}
