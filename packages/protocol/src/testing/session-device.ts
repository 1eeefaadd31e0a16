/** A device with prekeys for tests and simulations of sessions: its own prekey store, forgetting what was used. */
import { toHex } from "../bytes.ts";
import type { CryptoSuite, RandomBytes } from "../crypto/suite.ts";
import {
  generateKemPrekey,
  generateOneTimePrekeys,
  generateSignedPrekey,
  type KemPrekey,
  type OneTimePrekey,
  type PrekeyBundle,
  type PrekeyLookup,
  type PrekeyUse,
  type SignedPrekey,
} from "../session/prekeys.ts";
import { generateKeyPair, type LocalIdentity } from "../session/session-context.ts";

/** A test device. */
export interface SessionDevice {
  readonly local: LocalIdentity;
  readonly signedPrekey: SignedPrekey;
  /** The last-resort KEM key. */
  readonly kemPrekey: KemPrekey;
  readonly oneTimePrekeys: readonly OneTimePrekey[];
  readonly prekeys: PrekeyLookup;
  /** A bundle with the one-time prekey of that index, or without one. */
  createBundle(oneTimeIndex?: number): PrekeyBundle;
  /** Deletes the one-time prekey that was used; without one, remembers the replay id. */
  recordUse(use: PrekeyUse): void;
}

/** Makes a device with two one-time prekeys from a source of randomness. */
export async function createSessionDevice(suite: CryptoSuite, random: RandomBytes): Promise<SessionDevice> {
  const context = { suite, random };
  const local: LocalIdentity = { identityKey: await generateKeyPair(context), registrationId: 0x1234 };
  const signedPrekey = await generateSignedPrekey(context, local, 1);
  const kemPrekey = await generateKemPrekey(context, local, 2);
  const oneTimePrekeys = await generateOneTimePrekeys(context, 3, 2);
  const oneTimeById = new Map(oneTimePrekeys.map((each) => [each.id, each.keyPair]));
  const replayIds = new Set<string>();
  return {
    local,
    signedPrekey,
    kemPrekey,
    oneTimePrekeys,
    prekeys: {
      signedPrekey: (id) => (id === signedPrekey.id ? signedPrekey.keyPair : null),
      kemPrekey: (id) => (id === kemPrekey.id ? kemPrekey.seed : null),
      oneTimePrekey: (id) => oneTimeById.get(id) ?? null,
      isReplayed: (use) => replayIds.has(toHex(use.replayId)),
    },
    createBundle: (oneTimeIndex) => createBundle(local, signedPrekey, kemPrekey, oneTimePrekeys[oneTimeIndex ?? -1]),
    recordUse(use) {
      if (use.oneTimeId === undefined) replayIds.add(toHex(use.replayId));
      else oneTimeById.delete(use.oneTimeId);
    },
  };
}

function createBundle(
  local: LocalIdentity,
  signed: SignedPrekey,
  kem: KemPrekey,
  oneTime: OneTimePrekey | undefined,
): PrekeyBundle {
  return {
    registrationId: local.registrationId,
    identityKey: local.identityKey.publicKey,
    signedPrekey: { id: signed.id, publicKey: signed.keyPair.publicKey, signature: signed.signature },
    kemPrekey: { id: kem.id, publicKey: kem.publicKey, signature: kem.signature },
    ...(oneTime === undefined ? {} : { oneTimePrekey: { id: oneTime.id, publicKey: oneTime.keyPair.publicKey } }),
  };
}
