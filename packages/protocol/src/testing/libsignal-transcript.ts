/**
 * Conversations recorded with libsignal-client at the other end. Replaying one shows that this version still sends the
 * same bytes from the same randomness, and still reads what libsignal sent, without that package being there.
 */
import { fromHex, toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { PrekeyBundle } from "../session/prekeys.ts";
import { createSeededRandom } from "./seeded-random.ts";
import { createSessionDevice } from "./session-device.ts";
import { createSessionParty, type SessionParty } from "./session-party.ts";

/** One step: Kith sent these bytes, or received those of libsignal. */
export interface RecordedStep {
  readonly action: "sent" | "received";
  readonly plaintext: string;
  readonly message: string;
}

/** A prekey bundle in hex. */
export interface RecordedBundle {
  readonly registrationId: number;
  readonly identityKey: string;
  readonly signedPrekey: { readonly id: number; readonly publicKey: string; readonly signature: string };
  readonly kemPrekey: { readonly id: number; readonly publicKey: string; readonly signature: string };
  readonly oneTimePrekey: { readonly id: number; readonly publicKey: string };
}

/** A conversation as Kith's end saw it; bytes are hex. */
export interface RecordedConversation {
  /** Seeds Kith's device and everything it draws. */
  readonly seed: string;
  readonly nowMs: number;
  readonly signalIdentityKey: string;
  /** There when Kith began. */
  readonly signalBundle: RecordedBundle | null;
  readonly steps: readonly RecordedStep[];
  /** The newest epoch of Kith's post-quantum ratchet at the end. */
  readonly epoch: number;
}

/** Kith's end of a recorded conversation before its first step. */
export async function createRecordedParty(seed: string, nowMs: number): Promise<SessionParty> {
  const random = createSeededRandom(seed);
  return createSessionParty({ suite: nobleSuite, random, nowMs }, await createSessionDevice(nobleSuite, random));
}

/** The newest post-quantum epoch of a party. */
export function newestEpoch({ record }: SessionParty): number {
  return record.current?.pq?.epochs.at(-1)?.epoch ?? 0;
}

/** A bundle as data. */
export function recordBundle(bundle: PrekeyBundle): RecordedBundle {
  const { registrationId, identityKey, signedPrekey, kemPrekey, oneTimePrekey } = bundle;
  if (oneTimePrekey === undefined) throw new RangeError("a recorded bundle has a one-time prekey");
  const signed = (key: PrekeyBundle["signedPrekey"]) => ({
    id: key.id,
    publicKey: toHex(key.publicKey),
    signature: toHex(key.signature),
  });
  return {
    registrationId,
    identityKey: toHex(identityKey),
    signedPrekey: signed(signedPrekey),
    kemPrekey: signed(kemPrekey),
    oneTimePrekey: { id: oneTimePrekey.id, publicKey: toHex(oneTimePrekey.publicKey) },
  };
}

/** The bundle of such data. */
export function readRecordedBundle({ signedPrekey, kemPrekey, oneTimePrekey, ...rest }: RecordedBundle): PrekeyBundle {
  const signed = (key: RecordedBundle["signedPrekey"]) => ({
    id: key.id,
    publicKey: fromHex(key.publicKey),
    signature: fromHex(key.signature),
  });
  return {
    registrationId: rest.registrationId,
    identityKey: fromHex(rest.identityKey),
    signedPrekey: signed(signedPrekey),
    kemPrekey: signed(kemPrekey),
    oneTimePrekey: { id: oneTimePrekey.id, publicKey: fromHex(oneTimePrekey.publicKey) },
  };
}
