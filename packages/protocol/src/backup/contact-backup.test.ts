import { describe, expect, test } from "vitest";
import { ALICE_WORDS, expectValue, fixedDevice, mutilations, NOW_MS, rootOf } from "../account/fixtures.ts";
import { contactSecretFromWords } from "../account/root-key.ts";
import { parseWords } from "../account/words.ts";
import { toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { RelayId } from "../ids.ts";
import { MAX_CONTACT_BACKUP_BYTES } from "../limits.ts";
import vectors from "../message/message.vectors.json" with { type: "json" };
import { encodeSync } from "../message/sync.ts";
import {
  type BackupPiece,
  type ContactBackup,
  checkContactBackup,
  cutBackup,
  decodeBackupPiece,
  deriveBackupQueue,
  joinPieces,
  MAX_BACKUP_PIECES,
  signContactBackup,
} from "./contact-backup.ts";
import own from "./contact-backup.vectors.json" with { type: "json" };

const relay = vectors.relay as RelayId;
const words = expectValue(parseWords(ALICE_WORDS));

async function backupOf(items: readonly Uint8Array[] = []): Promise<ContactBackup> {
  const { deviceId: device } = await fixedDevice(3);
  const relays = [{ relay, addresses: ["/ip4/127.0.0.1/tcp/1"] }];
  return { account: rootOf(ALICE_WORDS).accountId, device, atMs: NOW_MS, chain: [Uint8Array.of(1)], relays, items };
}

const signed = async (backup: ContactBackup): Promise<Uint8Array> =>
  signContactBackup(nobleSuite, (await fixedDevice(3)).signingSeed, backup);

const piecesOf = (encoded: Uint8Array, atMs: number): readonly BackupPiece[] =>
  cutBackup(encoded, atMs).map((piece) => expectValue(decodeBackupPiece(piece)));

describe("the secret of the words", () => {
  test("is the vector's, another in another epoch, and none of the root key", () => {
    const [first, second] = [0, 500_000].map((epoch) => toHex(contactSecretFromWords(nobleSuite, words, epoch)));
    expect([first, second]).toEqual(own.secrets);
    expect(first).not.toBe(toHex(rootOf(ALICE_WORDS).privateKey));
  });

  test("gives both sides of a queue on each relay, which are the vector's and others elsewhere", () => {
    const secret = contactSecretFromWords(nobleSuite, words, 0);
    const { owner, sender } = deriveBackupQueue(nobleSuite, secret, relay);
    expect([owner.receiveId, sender.sendId]).toEqual(own.queue);
    const elsewhere = deriveBackupQueue(nobleSuite, secret, `${relay.slice(0, -1)}x` as RelayId);
    expect(own.queue).not.toContain(elsewhere.owner.receiveId);
    expect(own.queue).not.toContain(elsewhere.sender.sendId);
  });
});

describe("a contact backup", () => {
  test("is the vector's, and read as it was made", async () => {
    const backup = await backupOf([encodeSync([{ type: "chain", entries: [Uint8Array.of(1)] }])]);
    const encoded = await signed(backup);
    expect(toHex(encoded)).toBe(own.signed);
    expect(await checkContactBackup(nobleSuite, encoded)).toEqual({ ok: true, value: backup });
  });

  test("is refused when damaged, or signed by another device than it names", async () => {
    const encoded = await signed(await backupOf());
    for (const bytes of mutilations(encoded)) expect((await checkContactBackup(nobleSuite, bytes)).ok).toBe(false);
    const other = await signContactBackup(nobleSuite, (await fixedDevice(9)).signingSeed, await backupOf());
    expect(await checkContactBackup(nobleSuite, other)).toEqual({ ok: false, error: { code: "bad-signature" } });
  });

  test("has a bound, and pieces of one size whatever is in it", async () => {
    const item = new Uint8Array(50_000);
    await expect(signed(await backupOf(Array.from({ length: 6 }, () => item)))).rejects.toThrow(RangeError);
    const largest = cutBackup(new Uint8Array(MAX_CONTACT_BACKUP_BYTES), NOW_MS);
    expect(largest).toHaveLength(MAX_BACKUP_PIECES);
    const lengths = [...largest, ...cutBackup(Uint8Array.of(1), NOW_MS)].map(({ length }) => length);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThan(8);
  });

  test("is whole again from its pieces in any order, the newest first; what lacks a piece is left out", () => {
    const [old, fresh] = [new Uint8Array(130_000).fill(1), new Uint8Array(70_000).fill(2)];
    const oldPieces = piecesOf(old, NOW_MS);
    const freshPieces = piecesOf(fresh, NOW_MS + 1);
    expect(joinPieces([...oldPieces, ...freshPieces].reverse())).toEqual([fresh, old]);
    expect(joinPieces([...oldPieces, ...freshPieces.slice(1)])).toEqual([old]);
    expect(joinPieces([])).toEqual([]);
  });
});
