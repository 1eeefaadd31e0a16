/** The method that makes an account anew from its words, where nobody lives yet. */
import {
  contactSecretFromWords,
  parseInvite,
  parseWords,
  type RelayRef,
  type RootKey,
  readEntry,
  rootKeyFromWords,
  type VerifiedAccount,
  type Words,
  wipe,
} from "@kith/protocol";
import { accountRowShape } from "../account/local-account.ts";
import type { Methods } from "../client.ts";
import { BACKUP_TABLE, backupKeyShape, FOUND_ROW, foundBackupShape, KEY_ROW } from "../contact-backup/backup-rows.ts";
import { type FoundBackup, findBackup } from "../contact-backup/find-backup.ts";
import { lookUpAccount } from "../directory/look-up.ts";
import { passingRelays } from "../engine.ts";
import type { Extras, Inside } from "../extras.ts";
import { MessengerError } from "../messenger-error.ts";
import { parseRelayAddress } from "../methods/relay-methods.ts";
import { RelayBook, type RelaySource } from "../relay/relay-book.ts";
import { RelayPool } from "../relay/relay-pool.ts";
import { clearRows } from "../store/clear-rows.ts";
import type { SealedStore } from "../store/sealed-store.ts";
import { createTable } from "../store/table.ts";
import { recoverAccount } from "./recover-account.ts";
import { recoverHere } from "./recover-here.ts";

type Params = Methods["account.recover"]["params"];
type Answer = Methods["account.recover"]["result"];

/** Recovery from the 24 words. */
export const recoveryMethods: Extras = (inside) => ({
  "account.recover": (params) => inside.inTurn(() => recover(inside, params)),
});

async function recover(inside: Inside, params: Params): Promise<Answer> {
  const isHere = inside.status().state === "ready";
  if (!isHere) inside.requireEmpty();
  const words = parseWords(params.words);
  if (!words.ok) {
    const rule =
      words.error.code === "WORDS_COUNT" ? "count" : words.error.code === "WORDS_UNKNOWN" ? "unknown" : "checksum";
    throw new MessengerError("WORDS_WRONG", "these are not the words of an account", { details: { rule } });
  }
  const root = rootKeyFromWords(words.value);
  try {
    return isHere
      ? await recoverHere(inside, root, words.value)
      : await recoverOnEmpty(inside, params, { root, words: words.value });
  } finally {
    wipe(root.privateKey);
  }
}

async function recoverOnEmpty(
  inside: Inside,
  params: Params,
  { root, words }: Pick<Searched, "root" | "words">,
): Promise<Answer> {
  const { suite, random, clock } = inside.parts;
  const given = readRelays(params, clock.nowMs());
  const store = await inside.openEmpty();
  await clearRows(store);
  const book = await openBook(inside, store, given);
  const found = await lookUpAccount({ ...inside.parts, book }, root.accountId);
  if (found.asked === 0 && params.isAlone !== true) throw nobody(book);
  const [person] = found.people;
  const kept = await lookForContacts(inside, book, { root, words, person });
  const nowMs = clock.nowMs();
  const row = await recoverAccount(suite, random, { root, known: kept.chain, nowMs });
  const epoch = Math.max(...row.chain.map((entry) => epochOf(suite, entry)));
  const backup = { epoch, secret: contactSecretFromWords(suite, words, epoch) };
  const { items = [], relays = [] } = kept.backup ?? {};
  await store.commit([
    ...relays.flatMap((ref) => book.add({ ref, source: "added", addedAtMs: nowMs })),
    createTable(store, BACKUP_TABLE, backupKeyShape).put(KEY_ROW, backup),
    ...(items.length === 0 ? [] : [createTable(store, BACKUP_TABLE, foundBackupShape).put(FOUND_ROW, { items })]),
    createTable(store, "account", accountRowShape).put("self", row),
  ]);
  const { core } = await inside.adopt(store);
  const contacts = core.people.contacts().length;
  return { status: inside.status(), isChainFound: kept.chain !== null, asked: found.asked, contacts };
}

interface Searched {
  readonly root: RootKey;
  readonly words: Words;
  readonly person: VerifiedAccount | undefined;
}

/** Asks the relays that are known, and those of the boxes in the account's cards, for the backup of its contacts. */
async function lookForContacts(
  inside: Inside,
  book: RelayBook,
  { root, words, person }: Searched,
): Promise<FoundBackup> {
  const { suite, network, clock, random } = inside.parts;
  const known = person?.chain ?? null;
  const secret = contactSecretFromWords(suite, words, known?.head.epoch ?? 0);
  const boxes = (person?.cards ?? []).flatMap((card) => card.boxes.map(({ relay }) => relay));
  const relays = new Map([...boxes, ...book.forLookups()].map((ref) => [ref.relay, ref]));
  const pool = new RelayPool({ network, suite, clock });
  try {
    const worker = { suite, clock, random, pool };
    return await findBackup(worker, { account: root.accountId, secret, relays: [...relays.values()], known });
  } finally {
    await pool.stop();
    wipe(secret);
  }
}

function epochOf(suite: Inside["parts"]["suite"], encoded: Uint8Array): number {
  const read = readEntry(suite, encoded);
  return read.ok ? read.value.entry.epoch : 0;
}

/** The relays of the network and those given, which are kept for the account. */
async function openBook(inside: Inside, store: SealedStore, given: readonly GivenRelay[]): Promise<RelayBook> {
  const { clock, relays = [] } = inside.parts;
  const started = relays.map((ref) => ({ ref, source: "added" as const, addedAtMs: 0 }));
  const book = new RelayBook(store, clock, () => [...started, ...passingRelays(inside.parts)]);
  const addedAtMs = clock.nowMs();
  await store.commit(given.flatMap(({ ref, source }) => book.add({ ref, source, addedAtMs })));
  return book;
}

interface GivenRelay {
  readonly ref: RelayRef;
  readonly source: RelaySource;
}

function readRelays({ relay, invite }: Params, nowMs: number): readonly GivenRelay[] {
  const added = relay === undefined ? [] : [{ ref: parseRelayAddress(relay), source: "added" as const }];
  if (invite === undefined) return added;
  const parsed = parseInvite(invite, nowMs);
  if (!parsed.ok) throw new MessengerError(parsed.error.code, "this is not an invite that can be used");
  return [...added, ...parsed.value.boxes.map((box) => ({ ref: box.relay, source: "invite" as const }))];
}

function nobody(book: RelayBook): MessengerError {
  return book.forLookups().length === 0
    ? new MessengerError("RELAY_NONE", "give one relay address or an invite: somebody has to be asked")
    : new MessengerError("RELAY_UNREACHABLE", "no relay that could be asked answers");
}
