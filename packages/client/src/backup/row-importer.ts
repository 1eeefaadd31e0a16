/**
 * Turns the records of a backup into rows of a new store, each read by its strict shape first. What would use keys twice
 * is not among them: sessions are made anew, and what was told to other devices is told again.
 */
import { type CryptoSuite, decodeAs, deviceFromSecrets, type Shape, verifyChain } from "@kith/protocol";
import { accountRowShape } from "../account/local-account.ts";
import { settingsShape } from "../account/own-settings.ts";
import { counterShape, generationShape, oneTimeShape, usedShape } from "../account/prekeys.ts";
import { chatRowShape } from "../chat/chat-row.ts";
import { messageIndexKey, messageIndexShape, messageRowKey } from "../message/message-log.ts";
import { type MessageRow, messageRowShape } from "../message/message-row.ts";
import { contactRowShape, forgetTold, type PeerRow, peerRowShape } from "../people/contact-row.ts";
import { pictureRowShape } from "../people/pictures.ts";
import type { StoreChange } from "../ports.ts";
import { knownRelayShape } from "../relay/relay-book.ts";
import type { SealedStore } from "../store/sealed-store.ts";
import { createTable } from "../store/table.ts";
import { GroupImporter } from "./group-rows.ts";
import type { BackupRecord } from "./record.ts";
import { settled } from "./settled.ts";

const MAX_ROW_BYTES = 1 << 20;

/** Ids of one-time prekeys that were given out after the backup was made are skipped by this many. */
const PREKEY_IDS_SKIPPED = 0x1_0000;

/** Collects the account and writes everything else into a store without an account. */
export class RowImporter {
  readonly #store: SealedStore;
  readonly #suite: CryptoSuite;
  readonly #nowMs: number;
  readonly #groups: GroupImporter;
  #account: StoreChange | null = null;

  constructor(store: SealedStore, suite: CryptoSuite, nowMs: number) {
    this.#store = store;
    this.#suite = suite;
    this.#nowMs = nowMs;
    this.#groups = new GroupImporter(store, suite);
  }

  /** The change that makes the account, for the last batch; null when none was in the backup. */
  get account(): StoreChange | null {
    return this.#account;
  }

  /** The changes for one record; null when it is damaged. */
  async take({ kind, key, value }: BackupRecord): Promise<readonly StoreChange[] | null> {
    switch (kind) {
      case "account":
        return await this.#takeAccount(value);
      case "settings":
        return this.#keep(kind, key, value, settingsShape, (row) => row);
      case "relay":
        return this.#keep(kind, key, value, knownRelayShape, (row) => row);
      case "prekey":
        return this.#keep(kind, key, value, generationShape, (row) => row);
      case "prekey-once":
        return this.#keep(kind, key, value, oneTimeShape, (row) => row);
      case "prekey-used":
        return this.#keep(kind, key, value, usedShape, (row) => row);
      case "prekey-counter":
        return this.#keep(kind, key, value, counterShape, ({ nextId }) => ({ nextId: nextId + PREKEY_IDS_SKIPPED }));
      case "contact":
        return this.#keepByAccount(kind, value, contactRowShape);
      case "peer":
        return this.#keepNamed(kind, value, peerRowShape, ({ device }) => device, withoutPast);
      case "chat":
        return this.#keepByAccount(kind, value, chatRowShape);
      case "picture":
        return this.#keepByAccount(kind, value, pictureRowShape);
      case "message":
        return this.#takeMessage(value);
      case "group":
      case "group-operation":
      case "group-message":
      case "group-name":
      case "group-key":
      case "group-picture":
        return this.#groups.take({ kind, key, value });
      case "end":
        return [];
    }
  }

  /** The numbers of cards and queues go on after all that were used since: others refuse lower ones. */
  async #takeAccount(value: Uint8Array): Promise<readonly StoreChange[] | null> {
    const row = decodeAs(accountRowShape, value, MAX_ROW_BYTES);
    if (!row.ok || this.#account !== null) return null;
    const chain = await verifyChain(this.#suite, row.value.chain, this.#nowMs);
    if (!chain.ok || chain.value.account !== row.value.account) return null;
    const device = await deviceFromSecrets(this.#suite, row.value);
    if (!chain.value.devices.some((each) => each.deviceId === device.deviceId)) return null;
    const seconds = Math.floor(this.#nowMs / 1000);
    this.#account = createTable(this.#store, "account", accountRowShape).put("self", {
      ...row.value,
      cardSeq: Math.max(row.value.cardSeq, seconds),
      nextQueueNumber: Math.max(row.value.nextQueueNumber, seconds),
      isPublished: false,
    });
    return [];
  }

  #takeMessage(value: Uint8Array): readonly StoreChange[] | null {
    const row = decodeAs(messageRowShape, value, MAX_ROW_BYTES);
    if (!row.ok || row.value.vanish !== undefined) return null;
    const message = withoutOutbox(row.value);
    const { chat, content, orderMs, isOwn, change } = message;
    const chatKey = this.#store.hideKey(chat);
    const rows = createTable(this.#store, "message", messageRowShape);
    const index = createTable(this.#store, "message-index", messageIndexShape);
    const side = isOwn ? "own" : "their";
    const found = { orderMs, id: content.id };
    return [
      rows.put(messageRowKey(chatKey, orderMs, content.id), message),
      index.put(messageIndexKey(chatKey, side, content.id), found),
      ...(change === undefined ? [] : [index.put(messageIndexKey(chatKey, "own", change.id), found)]),
    ];
  }

  #keep<T>(
    table: string,
    key: string,
    value: Uint8Array,
    shape: Shape<T>,
    change: (row: T) => T,
  ): readonly StoreChange[] | null {
    const row = decodeAs(shape, value, MAX_ROW_BYTES);
    return !row.ok || key === "" ? null : [createTable(this.#store, table, shape).put(key, change(row.value))];
  }

  #keepByAccount<T extends { readonly account: string }>(
    table: string,
    value: Uint8Array,
    shape: Shape<T>,
  ): readonly StoreChange[] | null {
    return this.#keepNamed(
      table,
      value,
      shape,
      ({ account }) => account,
      (row) => row,
    );
  }

  #keepNamed<T>(
    table: string,
    value: Uint8Array,
    shape: Shape<T>,
    nameOf: (row: T) => string,
    change: (row: T) => T,
  ): readonly StoreChange[] | null {
    const row = decodeAs(shape, value, MAX_ROW_BYTES);
    if (!row.ok) return null;
    return [createTable(this.#store, table, shape).put(this.#store.hideKey(nameOf(row.value)), change(row.value))];
  }
}

/** Nothing was told yet by this device, and no session was healed. */
function withoutPast(row: PeerRow): PeerRow {
  return {
    ...forgetTold(row),
    healedAtMs: undefined,
    resentAtMs: undefined,
    missing: [],
    gaps: undefined,
    askedMissingAtMs: undefined,
  };
}

function withoutOutbox(row: MessageRow): MessageRow {
  const { change } = row;
  return {
    ...row,
    deliveries: row.deliveries.map(settled),
    ...(change === undefined ? {} : { change: { ...change, deliveries: change.deliveries.map(settled) } }),
  };
}
