/** The methods that make a backup of an open account, and make an account from one. */
import { toHex } from "@kith/protocol";
import type { Extras, Inside } from "../extras.ts";
import { fromBase64, toBase64 } from "../file/base64.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Handlers } from "../methods/handlers.ts";
import { clearRows } from "../store/clear-rows.ts";
import type { SealedStore } from "../store/sealed-store.ts";
import { type Argon2Cost, type Argon2id, DEFAULT_ARGON2_COST } from "../store/wrapped-key.ts";
import { BackupReader } from "./backup-reader.ts";
import { writeBackup } from "./backup-writer.ts";
import { type BackupTools, MAX_BACKUP_BYTES } from "./format.ts";

/** Fewer characters would be guessed in time by whoever has the file. */
const MIN_PASSPHRASE_CHARACTERS = 8;

/** Pieces of an answer put together up to this many bytes. */
const PIECE_BYTES = 512 * 1024;

type BackupHandlers = Pick<
  Handlers,
  "backup.export" | "backup.next" | "backup.restore" | "backup.append" | "backup.finish" | "backup.cancel"
>;

interface Restore {
  readonly id: string;
  readonly reader: BackupReader;
  readonly store: SealedStore;
}

/** What may be set for tests. */
export interface BackupOptions {
  readonly cost?: Argon2Cost;
  /** The largest file that is restored. */
  readonly maxBytes?: number;
}

/** Backups with a hash for passphrases. */
export function createBackups(argon2id: Argon2id, options: BackupOptions = {}): Extras {
  const { cost = DEFAULT_ARGON2_COST, maxBytes = MAX_BACKUP_BYTES } = options;
  return (inside) => {
    const { suite, random } = inside.parts;
    const tools = { suite, random, argon2id };
    const exports = exportMethods(inside, tools, cost);
    const restores = restoreMethods(inside, tools, maxBytes);
    return {
      ...exports,
      ...restores,
      async "backup.cancel"({ id }) {
        const wasExporting = (await exports["backup.cancel"]({ id })).cancelled;
        return wasExporting ? { cancelled: true } : await restores["backup.cancel"]({ id });
      },
    };
  };
}

type ExportHandlers = Pick<BackupHandlers, "backup.export" | "backup.next" | "backup.cancel">;
type RestoreHandlers = Omit<BackupHandlers, "backup.export" | "backup.next">;

function exportMethods(inside: Inside, tools: BackupTools, cost: Argon2Cost): ExportHandlers {
  let running: { readonly id: string; readonly pieces: AsyncGenerator<Uint8Array, void> } | null = null;
  return {
    async "backup.export"({ passphrase }) {
      const { core } = inside.engine();
      checkPassphrase(passphrase);
      running = { id: toHex(tools.random(16)), pieces: writeBackup(core, tools, passphrase, cost) };
      return { id: running.id };
    },
    async "backup.next"({ id }) {
      inside.engine();
      if (running === null || running.id !== id) throw gone();
      const taken = await takePieces(running.pieces);
      if (taken.isEnd && running?.id === id) running = null;
      return taken;
    },
    async "backup.cancel"({ id }) {
      const cancelled = running?.id === id;
      if (cancelled) running = null;
      return { cancelled };
    },
  };
}

/** The restore that is under way, at most one. */
class RunningRestore {
  readonly #inside: Inside;
  #current: Restore | null = null;

  constructor(inside: Inside) {
    this.#inside = inside;
  }

  set(restore: Restore | null): void {
    this.#current = restore;
  }

  /** Whatever goes wrong, nothing of the backup stays. @throws MessengerError BACKUP_GONE for another id. */
  during<T>(id: string, work: (restore: Restore) => Promise<T>): Promise<T> {
    return this.#inside.inTurn(async () => {
      const current = this.#current;
      if (current === null || current.id !== id) throw gone();
      this.#inside.requireEmpty();
      try {
        return await work(current);
      } catch (error) {
        this.#current = null;
        await clearRows(current.store);
        throw error;
      }
    });
  }

  /** Removes what was restored so far. @returns false for another id. */
  cancel(id: string): Promise<boolean> {
    return this.#inside.inTurn(async () => {
      const current = this.#current;
      if (current === null || current.id !== id) return false;
      this.#current = null;
      this.#inside.requireEmpty();
      await clearRows(current.store);
      return true;
    });
  }
}

function restoreMethods(inside: Inside, tools: BackupTools, maxBytes: number): RestoreHandlers {
  const { random, clock } = inside.parts;
  const running = new RunningRestore(inside);
  return {
    "backup.restore": ({ passphrase }) =>
      inside.inTurn(async () => {
        inside.requireEmpty();
        const store = await inside.openEmpty();
        await clearRows(store);
        const reader = new BackupReader(tools, passphrase, { store, nowMs: clock.nowMs(), maxBytes });
        const id = toHex(random(16));
        running.set({ id, reader, store });
        return { id };
      }),
    async "backup.append"({ id, data }) {
      const bytes = fromBase64(data);
      if (bytes === null) throw new MessengerError("PARAMS_INVALID", "no base64", { details: { rule: "data" } });
      return running.during(id, async ({ reader }) => {
        await reader.append(bytes);
        return { doneBytes: reader.doneBytes };
      });
    },
    "backup.finish": ({ id }) =>
      running.during(id, async ({ reader, store }) => {
        await store.commit([await reader.finish()]);
        running.set(null);
        const engine = await inside.adopt(store);
        // Both sides of every session lost theirs: this one says so, and what never arrived is sent again.
        for (const { row } of engine.core.people.peers()) void engine.healing.heal(row.device);
        void engine.groups?.catchUp();
        return inside.status();
      }),
    async "backup.cancel"({ id }) {
      return { cancelled: await running.cancel(id) };
    },
  };
}

/** @throws MessengerError PASSPHRASE_SHORT. */
function checkPassphrase(passphrase: string): void {
  const actual = [...passphrase].length;
  if (actual >= MIN_PASSPHRASE_CHARACTERS) return;
  throw new MessengerError("PASSPHRASE_SHORT", `a backup needs ${MIN_PASSPHRASE_CHARACTERS} characters or more`, {
    details: { limit: MIN_PASSPHRASE_CHARACTERS, actual },
  });
}

async function takePieces(pieces: AsyncGenerator<Uint8Array, void>): Promise<{ data: string; isEnd: boolean }> {
  const taken: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < PIECE_BYTES) {
    const next = await pieces.next();
    if (next.done === true) return { data: toBase64(join(taken, bytes)), isEnd: true };
    taken.push(next.value);
    bytes += next.value.length;
  }
  return { data: toBase64(join(taken, bytes)), isEnd: false };
}

function join(parts: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const all = new Uint8Array(sizeBytes);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function gone(): MessengerError {
  return new MessengerError("BACKUP_GONE", "this backup was given up; begin again");
}
