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
import type { BackupTools } from "./format.ts";

/** Fewer characters would be guessed in time by whoever has the file. */
const MIN_PASSPHRASE_CHARACTERS = 8;

/** Pieces of an answer put together up to this many bytes. */
const PIECE_BYTES = 512 * 1024;

type BackupHandlers = Pick<
  Handlers,
  "backup.export" | "backup.next" | "backup.restore" | "backup.append" | "backup.finish"
>;

interface Restore {
  readonly id: string;
  readonly reader: BackupReader;
  readonly store: SealedStore;
}

/** Backups with a hash for passphrases; `cost` is the default outside tests. */
export function createBackups(argon2id: Argon2id, cost: Argon2Cost = DEFAULT_ARGON2_COST): Extras {
  return (inside) => {
    const { suite, random } = inside.parts;
    const tools = { suite, random, argon2id };
    return { ...exportMethods(inside, tools, cost), ...restoreMethods(inside, tools) };
  };
}

type ExportHandlers = Pick<Handlers, "backup.export" | "backup.next">;

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
  };
}

function restoreMethods(inside: Inside, tools: BackupTools): Omit<BackupHandlers, keyof ExportHandlers> {
  const { random, clock } = inside.parts;
  let restore: Restore | null = null;

  /** Whatever goes wrong, nothing of the backup stays. */
  async function restoring<T>(id: string, work: (restore: Restore) => Promise<T>): Promise<T> {
    return inside.inTurn(async () => {
      const current = restore;
      if (current === null || current.id !== id) throw gone();
      inside.requireEmpty();
      try {
        return await work(current);
      } catch (error) {
        restore = null;
        await clearRows(current.store);
        throw error;
      }
    });
  }

  return {
    "backup.restore": ({ passphrase }) =>
      inside.inTurn(async () => {
        inside.requireEmpty();
        const store = await inside.openEmpty();
        await clearRows(store);
        const reader = new BackupReader(tools, passphrase, store, clock.nowMs());
        restore = { id: toHex(random(16)), reader, store };
        return { id: restore.id };
      }),
    async "backup.append"({ id, data }) {
      const bytes = fromBase64(data);
      if (bytes === null) throw new MessengerError("PARAMS_INVALID", "no base64", { details: { rule: "data" } });
      return restoring(id, async ({ reader }) => {
        await reader.append(bytes);
        return { doneBytes: reader.doneBytes };
      });
    },
    "backup.finish": ({ id }) =>
      restoring(id, async ({ reader, store }) => {
        await store.commit([await reader.finish()]);
        restore = null;
        const engine = await inside.adopt(store);
        // Both sides of every session lost theirs: this one says so, and what never arrived is sent again.
        for (const { row } of engine.core.people.peers()) void engine.healing.heal(row.device);
        return inside.status();
      }),
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
