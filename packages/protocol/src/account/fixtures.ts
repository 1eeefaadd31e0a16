/** Fixed people and a mutilator for the tests of this package; nothing else imports it. */
import { concat } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { RandomBytes } from "../crypto/suite.ts";
import { InvariantError, type Result } from "../result.ts";
import { addDevice, claimHandle, createChain } from "./append-entry.ts";
import type { ChainSigner } from "./chain-entry.ts";
import type { ChainState } from "./chain-state.ts";
import { type DeviceKeys, deviceFromSecrets, offerDevice } from "./device.ts";
import { type RootKey, rootKeyFromWords } from "./root-key.ts";

import { parseWords } from "./words.ts";

/** The words of the test person Alice: the BIP-39 vector of 32 zero bytes. */
export const ALICE_WORDS: string = `${"abandon ".repeat(23)}art`;

/** The words of the test person Bob: the BIP-39 vector of 16 zero bytes. */
export const BOB_WORDS: string = `${"abandon ".repeat(11)}about`;

/** The clock of the fixed records, in ms since 1970. */
export const NOW_MS = 1_800_000_000_000;

/** Every byte the same: fixed "randomness" of proofs of possession. */
export function repeated(byte: number): RandomBytes {
  return (length) => new Uint8Array(length).fill(byte);
}

/** The value of a result that a test needs to be good. */
export function expectValue<T, E>(result: Result<T, E>): T {
  if (result.ok) return result.value;
  throw new InvariantError(`expected a value, got ${JSON.stringify(result.error)}`);
}

/** The root key of words that a test knows to be good. */
export function rootOf(words: string): RootKey {
  return rootKeyFromWords(expectValue(parseWords(words)));
}

/** The device whose secrets are this byte and the next one, 32 times each. */
export function fixedDevice(byte: number): Promise<DeviceKeys> {
  const [signingSeed, identityPrivateKey] = [repeated(byte)(32), repeated(byte + 1)(32)];
  return deviceFromSecrets(nobleSuite, { signingSeed, identityPrivateKey });
}

/** Adds a device to a chain with fixed proof randomness and time. */
export async function withDevice(
  chain: ChainState,
  signer: ChainSigner,
  device: DeviceKeys,
  grantsDevices = true,
): Promise<ChainState> {
  const offer = await offerDevice(nobleSuite, chain.account, device, repeated(7));
  return expectValue(await addDevice(nobleSuite, chain, { signer, atMs: NOW_MS, body: { offer, grantsDevices } }));
}

/** A person with one device and a claimed handle. */
export interface Person {
  readonly root: RootKey;
  readonly device: DeviceKeys;
  readonly chain: ChainState;
}

/** The person of some words: create, one device-add by the root, one handle-claim by the device. */
export async function personOf(words: string, deviceByte: number, written: string): Promise<Person> {
  const root = rootOf(words);
  const device = await fixedDevice(deviceByte);
  const listed = await withDevice(await createChain(nobleSuite, root), { type: "root", root }, device);
  const signer: ChainSigner = { type: "device", device };
  const chain = expectValue(await claimHandle(nobleSuite, listed, { signer, atMs: NOW_MS, body: { written } }));
  return { root, device, chain };
}

/** An encoding cut at each byte, and made longer by one byte at either end: no decoder may take any of them. */
export function mutilations(encoded: Uint8Array): readonly Uint8Array[] {
  const cut = Array.from(encoded, (_, length) => encoded.slice(0, length));
  const longer = [concat(encoded, Uint8Array.of(0)), concat(Uint8Array.of(0), encoded)];
  return [...cut, ...longer];
}

/** The encoding with one bit of one byte turned. */
export function withFlippedBit(encoded: Uint8Array, index: number): Uint8Array {
  return encoded.map((byte, at) => (at === index ? byte ^ 1 : byte));
}
