/** The method that makes an account anew from its words, where nobody lives yet. */
import { type ChainState, parseInvite, parseWords, type RelayRef, rootKeyFromWords, wipe } from "@kith/protocol";
import { accountRowShape } from "../account/local-account.ts";
import type { Methods } from "../client.ts";
import { lookUpAccount } from "../directory/look-up.ts";
import { passingRelays } from "../engine.ts";
import type { Extras, Inside } from "../extras.ts";
import { MessengerError } from "../messenger-error.ts";
import { parseRelayAddress } from "../methods/relay-methods.ts";
import { RelayBook, type RelaySource } from "../relay/relay-book.ts";
import { clearRows } from "../store/clear-rows.ts";
import type { SealedStore } from "../store/sealed-store.ts";
import { createTable } from "../store/table.ts";
import { recoverAccount } from "./recover-account.ts";

type Params = Methods["account.recover"]["params"];
type Answer = Methods["account.recover"]["result"];

/** Recovery from the 24 words. */
export const recoveryMethods: Extras = (inside) => ({
  "account.recover": (params) => inside.inTurn(() => recover(inside, params)),
});

async function recover(inside: Inside, params: Params): Promise<Answer> {
  inside.requireEmpty();
  const { suite, random, clock } = inside.parts;
  const words = parseWords(params.words);
  if (!words.ok) {
    const rule =
      words.error.code === "WORDS_COUNT" ? "count" : words.error.code === "WORDS_UNKNOWN" ? "unknown" : "checksum";
    throw new MessengerError("WORDS_WRONG", "these are not the words of an account", { details: { rule } });
  }
  const given = readRelays(params, clock.nowMs());
  const root = rootKeyFromWords(words.value);
  const store = await inside.openEmpty();
  try {
    await clearRows(store);
    const book = await openBook(inside, store, given);
    const found = await lookUpAccount({ ...inside.parts, book }, root.accountId);
    if (found.asked === 0 && params.isAlone !== true) throw nobody(book);
    const known: ChainState | null = found.people[0]?.chain ?? null;
    const row = await recoverAccount(suite, random, { root, known, nowMs: clock.nowMs() });
    await store.commit([createTable(store, "account", accountRowShape).put("self", row)]);
    await inside.adopt(store);
    return { status: inside.status(), isChainFound: known !== null, asked: found.asked };
  } finally {
    wipe(root.privateKey);
  }
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
    : new MessengerError("RELAY_UNREACHABLE", "no relay answers that could be asked about the account");
}
