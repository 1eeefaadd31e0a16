/** This device's account: its keys, chain, claim and card, as one sealed row. */
import {
  type AccountId,
  accountId,
  addDevice,
  bool,
  bytes,
  type ChainState,
  type CryptoSuite,
  createChain,
  createDevice,
  createWords,
  type DeviceKeys,
  deviceFromSecrets,
  encodeAs,
  field,
  type HeadHint,
  InvariantError,
  type LocalIdentity,
  list,
  offerDevice,
  optional,
  type PostId,
  postIdShape,
  type RandomBytes,
  record,
  rootKeyFromWords,
  type Shape,
  text,
  toHeadRef,
  uint,
  verifyChain,
  wipe,
} from "@kith/protocol";
import type { Store, StoreChange } from "../ports.ts";
import { StoreError } from "../store/store-error.ts";
import { createTable, type Table } from "../store/table.ts";

/** The row behind an account. */
export interface AccountRow {
  readonly account: AccountId;
  readonly signingSeed: Uint8Array;
  readonly identityPrivateKey: Uint8Array;
  /** Opens the receiving side of every queue and box of this device. */
  readonly ownerSeed: Uint8Array;
  readonly chain: readonly Uint8Array[];
  readonly cardSeq: number;
  /** The signed claim; absent while its work is still being done. */
  readonly claim?: Uint8Array | undefined;
  /** The 24 words, only until the person has confirmed that they are written down. */
  readonly words?: string | undefined;
  readonly nextQueueNumber: number;
  readonly isPublished: boolean;
  /** The post on X that is to prove the handle. */
  readonly proofPost?: PostId | undefined;
  /** The newest signed card, for requests and look-ups. */
  readonly card?: Uint8Array | undefined;
}

/** Codec shape of the account row. */
export const accountRowShape: Shape<AccountRow> = record<AccountRow>({
  account: field(1, accountId),
  signingSeed: field(2, bytes(32)),
  identityPrivateKey: field(3, bytes(32)),
  ownerSeed: field(4, bytes(32)),
  chain: field(5, list(bytes(1, 1024), 64, 1)),
  cardSeq: field(6, uint()),
  claim: optional(7, bytes(1, 512)),
  words: optional(8, text(400)),
  nextQueueNumber: field(9, uint()),
  isPublished: field(10, bool),
  card: optional(11, bytes(1, 2048)),
  proofPost: optional(20, postIdShape),
});

const KEY = "self";

/** The account of this device with its row; fields change only through the methods. */
export class LocalAccount {
  readonly device: DeviceKeys;
  readonly identity: LocalIdentity;
  readonly #table: Table<AccountRow>;
  #row: AccountRow;
  #chain: ChainState;

  private constructor(table: Table<AccountRow>, row: AccountRow, chain: ChainState, device: DeviceKeys) {
    this.#table = table;
    this.#row = row;
    this.#chain = chain;
    this.device = device;
    this.identity = {
      identityKey: { publicKey: device.identityKey, privateKey: device.identityPrivateKey },
      registrationId: registrationId(device.deviceId),
    };
  }

  /** The account in a store, or null when nobody lives there. */
  static async load(store: Store, suite: CryptoSuite, nowMs: number): Promise<LocalAccount | null> {
    const table = createTable(store, "account", accountRowShape);
    const row = await table.get(KEY);
    if (row === undefined) return null;
    const chain = await verifyChain(suite, row.chain, nowMs);
    if (!chain.ok) throw new StoreError({ code: "STORE_CORRUPT" });
    return new LocalAccount(table, row, chain.value, await deviceFromSecrets(suite, row));
  }

  /** Makes an account with 24 new words and this device; commit the change to keep it. */
  static async create(
    store: Store,
    suite: CryptoSuite,
    random: RandomBytes,
    nowMs: number,
  ): Promise<{ readonly account: LocalAccount; readonly change: StoreChange }> {
    const words = createWords(random);
    const root = rootKeyFromWords(words);
    const device = await createDevice(suite, random);
    const offer = await offerDevice(suite, root.accountId, device, random);
    const chain = await addDevice(suite, await createChain(suite, root), {
      signer: { type: "root", root },
      atMs: nowMs,
      body: { offer, grantsDevices: true },
    });
    wipe(root.privateKey);
    if (!chain.ok) throw new InvariantError("the first device was not accepted by its own chain");
    const row: AccountRow = {
      account: root.accountId,
      signingSeed: device.signingSeed,
      identityPrivateKey: device.identityPrivateKey,
      ownerSeed: random(32),
      chain: chain.value.entries,
      cardSeq: 0,
      words,
      nextQueueNumber: 1,
      isPublished: false,
    };
    const table = createTable(store, "account", accountRowShape);
    return { account: new LocalAccount(table, row, chain.value, device), change: table.put(KEY, row) };
  }

  get id(): AccountId {
    return this.#row.account;
  }

  get chain(): ChainState {
    return this.#chain;
  }

  /** Whether another device took this one out of the account. */
  get isRevoked(): boolean {
    return this.#chain.devices.every(({ deviceId }) => deviceId !== this.device.deviceId);
  }

  get ownerSeed(): Uint8Array {
    return this.#row.ownerSeed;
  }

  get claim(): Uint8Array | undefined {
    return this.#row.claim;
  }

  get card(): Uint8Array | undefined {
    return this.#row.card;
  }

  get proofPost(): PostId | undefined {
    return this.#row.proofPost;
  }

  get isPublished(): boolean {
    return this.#row.isPublished;
  }

  /** The 24 words, while they are still kept here. */
  get words(): readonly string[] | null {
    return this.#row.words === undefined ? null : this.#row.words.split(" ");
  }

  /** The head of our chain as every payload repeats it. */
  headHint(): HeadHint {
    const { epoch, seq, hash16 } = toHeadRef(this.#chain.head);
    return { epoch, seq, hash: hash16 };
  }

  /** Takes a longer chain; a claim of another handle, and the post that was to prove that one, no longer hold. */
  adoptChain(chain: ChainState): StoreChange {
    const isSame = chain.handle?.written === this.#chain.handle?.written;
    this.#chain = chain;
    const fresh = isSame ? {} : { claim: undefined, proofPost: undefined, isPublished: false };
    return this.#set({ ...this.#row, ...fresh, chain: chain.entries });
  }

  /** Names the post that is to prove the handle, or none; the claim is to be made anew with it. */
  setProof(proofPost: PostId | undefined): StoreChange {
    return this.#set({ ...this.#row, claim: undefined, proofPost, isPublished: false });
  }

  setClaim(claim: Uint8Array): StoreChange {
    return this.#set({ ...this.#row, claim, isPublished: false });
  }

  setPublished(isPublished: boolean): StoreChange {
    return this.#set({ ...this.#row, isPublished });
  }

  setCard(card: Uint8Array): StoreChange {
    return this.#set({ ...this.#row, card });
  }

  /** Erases the words: from now on they exist on paper only. */
  forgetWords(): StoreChange {
    return this.#set({ ...this.#row, words: undefined });
  }

  /** The next card number, never used before. */
  takeCardSeq(): { readonly cardSeq: number; readonly change: StoreChange } {
    const cardSeq = this.#row.cardSeq + 1;
    return { cardSeq, change: this.#set({ ...this.#row, cardSeq }) };
  }

  /** The next queue number, never used before. */
  takeQueueNumber(): { readonly queueNumber: number; readonly change: StoreChange } {
    const queueNumber = this.#row.nextQueueNumber;
    return { queueNumber, change: this.#set({ ...this.#row, nextQueueNumber: queueNumber + 1 }) };
  }

  /** The change writes the row as it is then: one that waits longer in its batch must not undo a later one. */
  #set(row: AccountRow): StoreChange {
    this.#row = row;
    return { ...this.#table.remove(KEY), value: () => encodeAs(accountRowShape, this.#row) };
  }
}

/** A 14-bit number that Signal's message format carries; derived, so that it need not be kept. */
export function registrationId(device: string): number {
  return Number.parseInt(device.slice(0, 4), 16) & 0x3fff || 1;
}
