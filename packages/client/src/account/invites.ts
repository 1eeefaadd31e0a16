/** Invites this account has made: each lets one person in, until it expires. */

import type { CryptoSuite } from "@kith/protocol";
import {
  type AccountId,
  admitHash,
  admitToken,
  bytes,
  equalBytes,
  field,
  optional,
  personToken,
  record,
  type Shape,
  toHex,
  uint,
  utf8,
} from "@kith/protocol";
import type { Store, StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";

interface InviteRow {
  readonly secret: Uint8Array;
  readonly expiresAtMs: number;
  /** HMAC-SHA-256 of the account that used it under the secret: a deleted contact leaves no name here. */
  readonly usedBy?: Uint8Array | undefined;
}

const shape: Shape<InviteRow> = record<InviteRow>({
  secret: field(1, bytes(16)),
  expiresAtMs: field(2, uint()),
  usedBy: optional(3, bytes(32)),
});

/** Open invites at one time. */
const MAX_OPEN_INVITES = 64;

/** All invites of one account. */
export class Invites {
  readonly #table: Table<InviteRow>;
  readonly #suite: CryptoSuite;
  readonly #rows = new Map<string, InviteRow>();

  constructor(store: Store, suite: CryptoSuite) {
    this.#table = createTable(store, "invite", shape);
    this.#suite = suite;
  }

  async load(): Promise<void> {
    for (const { key, value } of await this.#table.list()) this.#rows.set(key, value);
  }

  /** Keeps a new invite; expired and, beyond the limit, the oldest ones go. */
  add(secret: Uint8Array, expiresAtMs: number, nowMs: number): readonly StoreChange[] {
    const changes: StoreChange[] = [];
    const isDead = (row: InviteRow): boolean => row.expiresAtMs < nowMs;
    const surplus = this.#rows.size - MAX_OPEN_INVITES + 1;
    for (const [index, [key, row]] of [...this.#rows].entries()) {
      if (!isDead(row) && index >= surplus) continue;
      this.#rows.delete(key);
      changes.push(this.#table.remove(key));
    }
    const key = this.#key(secret);
    const row = { secret, expiresAtMs };
    this.#rows.set(key, row);
    return [...changes, this.#table.put(key, row)];
  }

  /** What the box relays must know to let the joiners in. */
  admits(nowMs: number): readonly { readonly hash: Uint8Array; readonly expiresMs: number }[] {
    return [...this.#rows.values()]
      .filter((row) => row.expiresAtMs > nowMs)
      .map((row) => ({
        hash: admitHash(this.#suite, admitToken(this.#suite, row.secret)),
        expiresMs: row.expiresAtMs,
      }));
  }

  /** Whether a person token belongs to an invite that is open, or was used by this very account. */
  isValid(token: Uint8Array, by: AccountId, nowMs: number): boolean {
    const row = this.#find(token);
    if (row === undefined || row.expiresAtMs <= nowMs) return false;
    return row.usedBy === undefined || equalBytes(row.usedBy, this.#userMark(row, by));
  }

  /** Marks the invite of a token as used. */
  use(token: Uint8Array, by: AccountId): readonly StoreChange[] {
    const row = this.#find(token);
    if (row === undefined) return [];
    const used = { ...row, usedBy: this.#userMark(row, by) };
    const key = this.#key(row.secret);
    this.#rows.set(key, used);
    return [this.#table.put(key, used)];
  }

  #find(token: Uint8Array): InviteRow | undefined {
    return [...this.#rows.values()].find((row) => equalBytes(personToken(this.#suite, row.secret), token));
  }

  #userMark({ secret }: InviteRow, user: AccountId): Uint8Array {
    return this.#suite.hmacSha256(secret, utf8(user));
  }

  #key(secret: Uint8Array): string {
    return toHex(this.#suite.sha256(secret)).slice(0, 16);
  }
}
