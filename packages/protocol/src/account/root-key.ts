/**
 * The root key of an account, derived from its words; it signs sigchain entries and nothing else.
 * @see docs/spec/01-identity.md (BIP-39, BIP-32, BIP-340)
 */
import { HDKey } from "@scure/bip32";
import { mnemonicToSeedSync } from "@scure/bip39";
import { toHex, wipe } from "../bytes.ts";
import type { AccountId } from "../ids.ts";
import { InvariantError } from "../result.ts";
import type { Words } from "./words.ts";

/** Kith's own hardened branch: 1802073192 is 0x6b697468, "kith". */
const ROOT_PATH = "m/1802073192'/0'/0'";

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
