/**
 * Device keys: an Ed25519 signing key that names the device and an X25519 identity key for sessions.
 * They are made on the device and never derived from the words.
 */
import { fromHex, toHex } from "../bytes.ts";
import { encodeCbor } from "../codec/cbor.ts";
import { bytes, field, record, type Shape } from "../codec/schema.ts";
import { signedBytes } from "../codec/signed.ts";
import { DOMAINS } from "../crypto/labels.ts";
import type { CryptoSuite, RandomBytes } from "../crypto/suite.ts";
import type { AccountId, DeviceId } from "../ids.ts";

/** What a device keeps: two 32-byte secrets. */
export interface DeviceSecrets {
  readonly signingSeed: Uint8Array;
  readonly identityPrivateKey: Uint8Array;
}

/** A device's secrets and the public keys they stand for. */
export interface DeviceKeys extends DeviceSecrets {
  readonly deviceId: DeviceId;
  /** 32 bytes, X25519. */
  readonly identityKey: Uint8Array;
}

/** Signatures by both keys of a device over account and keys: nobody can list a key they do not hold. */
export interface Possession {
  /** 64 bytes, Ed25519. */
  readonly signing: Uint8Array;
  /** 64 bytes, XEdDSA. */
  readonly identity: Uint8Array;
}

/** Codec shape of a proof of possession. */
export const possessionShape: Shape<Possession> = record<Possession>({
  signing: field(1, bytes(64)),
  identity: field(2, bytes(64)),
});

/** The public half of a new device, as its adder receives it. */
export interface DeviceOffer {
  readonly deviceId: DeviceId;
  readonly identityKey: Uint8Array;
  readonly possession: Possession;
}

/** Makes the keys of a new device. */
export function createDevice(suite: CryptoSuite, random: RandomBytes): Promise<DeviceKeys> {
  return deviceFromSecrets(suite, { signingSeed: random(32), identityPrivateKey: random(32) });
}

/** Rebuilds a device's keys from its stored secrets. */
export async function deviceFromSecrets(suite: CryptoSuite, secrets: DeviceSecrets): Promise<DeviceKeys> {
  const { signingSeed, identityPrivateKey } = secrets;
  const deviceId = toHex(await suite.ed25519PublicKey(signingSeed)) as DeviceId;
  return { deviceId, identityKey: await suite.x25519PublicKey(identityPrivateKey), signingSeed, identityPrivateKey };
}

/** Offers a device to an account: its public keys and the proof that it holds both. */
export async function offerDevice(
  suite: CryptoSuite,
  account: AccountId,
  device: DeviceKeys,
  random: RandomBytes,
): Promise<DeviceOffer> {
  const { deviceId, identityKey } = device;
  const message = possessionMessage(account, deviceId, identityKey);
  const signing = await suite.ed25519Sign(device.signingSeed, message);
  const identity = await suite.xeddsaSign(device.identityPrivateKey, message, random(64));
  return { deviceId, identityKey, possession: { signing, identity } };
}

/** Whether the offered device proved to hold both keys, for this account. */
export async function verifyPossession(suite: CryptoSuite, account: AccountId, offer: DeviceOffer): Promise<boolean> {
  const { deviceId, identityKey, possession } = offer;
  const message = possessionMessage(account, deviceId, identityKey);
  if (!(await suite.ed25519Verify(fromHex(deviceId), message, possession.signing))) return false;
  return suite.xeddsaVerify(identityKey, message, possession.identity);
}

function possessionMessage(account: AccountId, deviceId: DeviceId, identityKey: Uint8Array): Uint8Array {
  return signedBytes(DOMAINS.devicePossession, encodeCbor([fromHex(account), fromHex(deviceId), identityKey]));
}
