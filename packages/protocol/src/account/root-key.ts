/**
 * The root key of an account, derived from its words; it signs sigchain entries and nothing else.
 * @see docs/spec/01-identity.md (BIP-39, BIP-32, BIP-340)
 */
import { HDKey } from "@scure/bip32";
import { mnemonicToSeedSync } from "@scure/bip39";
import { toHex, uint64ToBytes, utf8, wipe } from "../bytes.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import type { AccountId } from "../ids.ts";
import { InvariantError } from "../result.ts";
import type { Words } from "./words.ts";

/** Kith's own hardened branch: 1802073192 is 0x6b697468, "kith". */
const ROOT_PATH = "m/1802073192'/0'/0'";

/** What opens the sealed copies of contacts has a branch of its own: devices keep what follows from it, never the root key. */
const CONTACTS_PATH = "m/1802073192'/0'/1'";

/** The root key pair; `publicKey` is the 32-byte x-only key that names the account. */
export interface RootKey {
  readonly accountId: AccountId;
  readonly publicKey: Uint8Array;
  /** 32 bytes, a secret: wipe it when the signature is made. */
  readonly privateKey: Uint8Array;
}

/** Derives the root key of verified words (no passphrase). Costs tens of milliseconds. */
export function rootKeyFromWords(words: Words): RootKey {
  const seed = mnemonicToSeedSync(words);
  const node = HDKey.fromMasterSeed(seed).derive(ROOT_PATH);
  wipe(seed);
  const { privateKey, publicKey } = node;
  if (privateKey === null || publicKey === null) throw new InvariantError("a node derived from a seed has both keys");
  const xOnly = publicKey.slice(1);
  return { accountId: toHex(xOnly) as AccountId, publicKey: xOnly, privateKey: privateKey.slice() };
}

/**
 * The secret of the contact backup of one epoch, 32 bytes: another after each recover, so that a device of before has no
 * part in it. Costs tens of milliseconds.
 */
export function contactSecretFromWords(suite: Pick<CryptoSuite, "hkdf">, words: Words, epoch: number): Uint8Array {
  const seed = mnemonicToSeedSync(words);
  const { privateKey } = HDKey.fromMasterSeed(seed).derive(CONTACTS_PATH);
  wipe(seed);
  if (privateKey === null) throw new InvariantError("a node derived from a seed has both keys");
  return suite.hkdf(privateKey, uint64ToBytes(epoch), utf8(LABELS.contactKey), 32);
}
