/** A vault in memory that loses what was not synced when its process dies. */
import type { FileVault, VaultFile } from "../ports.ts";

type Units = Map<number, Uint8Array>;

/** Units of all files; `crash` forgets what was not synced. */
export class MemoryVault implements FileVault {
  readonly #files = new Map<string, { readonly units: Units; synced: Units }>();

  async open(name: string): Promise<VaultFile> {
    const file = this.#files.get(name) ?? { units: new Map(), synced: new Map() };
    this.#files.set(name, file);
    return {
      async read(unit, into) {
        const kept = file.units.get(unit) ?? new Uint8Array(0);
        const bytes = kept.subarray(0, into.length);
        into.set(bytes);
        return bytes.length;
      },
      async write(unit, sealed) {
        file.units.set(unit, sealed.slice());
      },
      async sync() {
        file.synced = new Map(file.units);
      },
      close: () => Promise.resolve(),
    };
  }

  async remove(name: string): Promise<void> {
    this.#files.delete(name);
  }

  async list(): Promise<readonly string[]> {
    return [...this.#files.keys()];
  }

  /** What the next process finds. */
  crash(): MemoryVault {
    const after = new MemoryVault();
    for (const [name, { synced }] of this.#files) {
      after.#files.set(name, { units: new Map(synced), synced: new Map(synced) });
    }
    return after;
  }
}
