/** Finds the newest contact backup of an account by the secret of its words, and believes what its chain certifies. */
import {
  type AccountId,
  type ChainState,
  type ContactBackup,
  checkContactBackup,
  joinPieces,
  type RelayRef,
  relateChains,
  verifyChain,
} from "@kith/protocol";
import { type BackupWorker, piecesAt } from "./backup-relays.ts";

/** Relays asked at most. */
const MAX_ASKED = 8;

/** What is asked about. */
export interface BackupQuestion {
  readonly account: AccountId;
  readonly secret: Uint8Array;
  readonly relays: readonly RelayRef[];
  /** The newest chain that is known otherwise. */
  readonly known: ChainState | null;
}

/** What was found. */
export interface FoundBackup {
  readonly backup: ContactBackup | null;
  /** The newest chain, of the directory or of a backup. */
  readonly chain: ChainState | null;
}

/** Asks the relays side by side. A device that is none of the account any more is not believed. */
export async function findBackup(
  worker: BackupWorker,
  { account, secret, relays, known }: BackupQuestion,
): Promise<FoundBackup> {
  const answers = await Promise.all(relays.slice(0, MAX_ASKED).map((relay) => piecesAt(worker, secret, relay)));
  const found: ContactBackup[] = [];
  for (const encoded of answers.flatMap((pieces) => joinPieces(pieces ?? []))) {
    const backup = await checkContactBackup(worker.suite, encoded);
    if (backup.ok && backup.value.account === account) found.push(backup.value);
  }
  found.sort((a, b) => b.atMs - a.atMs);
  let chain = known;
  for (const backup of found) chain = await newerChain(worker, chain, backup);
  const isOurs = ({ device }: ContactBackup): boolean =>
    chain?.devices.some(({ deviceId }) => deviceId === device) ?? false;
  return { backup: found.find(isOurs) ?? null, chain };
}

async function newerChain(
  { suite, clock }: BackupWorker,
  known: ChainState | null,
  { account, chain }: ContactBackup,
): Promise<ChainState | null> {
  const offered = await verifyChain(suite, chain, clock.nowMs());
  if (!offered.ok || offered.value.account !== account) return known;
  if (known === null) return offered.value;
  return relateChains(suite, known, offered.value).type === "extended" ? offered.value : known;
}
