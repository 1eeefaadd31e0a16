/**
 * Sender keys as pure transitions: one sender encrypts once for a whole group with a chain of its own, whose start each
 * member was given inside a session. Who is told, and when a sender must begin a new chain, is the group's business.
 * The chain signs with a key made for it alone. It is an Ed25519 key whose X25519 form goes on the wire, so signing
 * takes the platform's Ed25519 and still gives what an XEdDSA verifier wants.
 * @see docs/spec/03-session.md (Sender keys)
 */
import { bytesToUint32, equalBytes, utf8, wipe } from "../bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { ed25519ToX25519, ed25519ToXeddsa } from "../crypto/xeddsa.ts";
import { MAX_JUMP, MAX_SENDER_CHAINS } from "../limits.ts";
import { err, InvariantError, ok, type Result } from "../result.ts";
import {
  type ChainError,
  deriveMessageSeed,
  deriveNextChainKey,
  type MessageChain,
  takeMessageSeed,
} from "./message-chain.ts";
import {
  DISTRIBUTION_ID_BYTES,
  decodeSenderKeyDistribution,
  decodeSenderKeyMessage,
  encodeSenderKeyDistribution,
  encodeSenderKeyMessage,
} from "./sender-key-wire.ts";
import type { SessionContext } from "./session-context.ts";
import { dropExpiredKeys, isExpired, NO_SKIPPED_KEYS } from "./skipped-keys.ts";
import type { WireError } from "./wire.ts";

const GROUP_INFO = utf8("WhisperGroup");
const NO_SALT = new Uint8Array(0);

/** The chain this device sends on to one group. */
export interface SenderChain {
  /** 16 bytes. */
  readonly distributionId: Uint8Array;
  readonly chainId: number;
  /** The Ed25519 seed and public key that sign, 32 bytes each. */
  readonly signingSeed: Uint8Array;
  readonly signingKey: Uint8Array;
  readonly chainKey: Uint8Array;
  /** Number of the next message. */
  readonly iteration: number;
}

/** A chain of one other device. */
export interface RemoteSenderChain extends MessageChain {
  readonly chainId: number;
  /** X25519 form, 32 bytes. */
  readonly signingKey: Uint8Array;
  /** When the sender's next chain became known, in ms; 0 while it is the newest. */
  readonly retiredAtMs: number;
}

/** What is known of one device's sender keys under one distribution id. Immutable. */
export interface SenderKeyRecord {
  readonly distributionId: Uint8Array;
  /** Newest first, at most five. */
  readonly chains: readonly RemoteSenderChain[];
}

/** Why a distribution was not taken in. */
export type DistributionError = WireError | { readonly code: "other-distribution" };

/** Why a message to the group was not read; the record is as it was. */
export type SenderKeyError =
  | WireError
  | ChainError
  /** The chain was never distributed to this device, or is gone: ask the sender. */
  | { readonly code: "unknown-sender-key" }
  | { readonly code: "not-authentic" };

/** Makes a chain for a group. @param distributionId 16 bytes. */
export async function createSenderChain(
  { suite, random }: Pick<SessionContext, "suite" | "random">,
  distributionId: Uint8Array,
): Promise<SenderChain> {
  if (distributionId.length !== DISTRIBUTION_ID_BYTES) throw new RangeError("a distribution id has 16 bytes");
  // Chain ids have 31 bits, so that every reader of the format can hold them.
  const chainId = bytesToUint32(random(4)) & 0x7fff_ffff;
  const chainKey = random(32);
  const signingSeed = random(32);
  const signingKey = await suite.ed25519PublicKey(signingSeed);
  return { distributionId: distributionId.slice(), chainId, signingSeed, signingKey, chainKey, iteration: 0 };
}

/** What to send to a member inside its session: it reads messages from the next one on. */
export function distributeSenderChain(chain: SenderChain): Uint8Array {
  return encodeSenderKeyDistribution({ ...chain, signingKey: ed25519ToX25519(chain.signingKey) });
}

/** Encrypts one message for the group; the bytes are a whole SenderKeyMessage. */
export async function encryptWithSenderKey(
  { suite }: Pick<SessionContext, "suite">,
  chain: SenderChain,
  plaintext: Uint8Array,
): Promise<{ readonly chain: SenderChain; readonly message: Uint8Array }> {
  const { chainKey, iteration, signingSeed, signingKey } = chain;
  if (iteration > 0xffff_fffe) throw new InvariantError("a sender chain ran out of iterations");
  const seed = deriveMessageSeed(suite, chainKey);
  const keys = deriveGroupKeys(suite, seed);
  const ciphertext = await suite.aesCbcEncrypt(keys.cipherKey, keys.iv, plaintext);
  wipe(seed, keys.cipherKey, keys.iv);
  const signed = encodeSenderKeyMessage({ ...chain, ciphertext });
  const signature = ed25519ToXeddsa(signingKey, await suite.ed25519Sign(signingSeed, signed));
  const message = new Uint8Array(signed.length + signature.length);
  message.set(signed);
  message.set(signature, signed.length);
  const next = { ...chain, chainKey: deriveNextChainKey(suite, chainKey), iteration: iteration + 1 };
  return { chain: next, message };
}

/**
 * Takes in a distribution that came inside a session with its sender. A chain that is known already stays as it is, so
 * that a repeated distribution never turns it back.
 * @param record what is known of this sender and group, or null.
 */
export function addSenderKey(
  { nowMs }: Pick<SessionContext, "nowMs">,
  record: SenderKeyRecord | null,
  distribution: Uint8Array,
): Result<SenderKeyRecord, DistributionError> {
  const decoded = decodeSenderKeyDistribution(distribution);
  if (!decoded.ok) return decoded;
  const { distributionId, chainId, iteration, chainKey, signingKey } = decoded.value;
  if (record !== null && !equalBytes(record.distributionId, distributionId)) return err({ code: "other-distribution" });
  const known = record?.chains ?? [];
  const isKnown = known.some((chain) => chain.chainId === chainId && equalBytes(chain.signingKey, signingKey));
  if (record !== null && isKnown) return ok(record);
  const older = known
    .filter((chain) => chain.chainId !== chainId)
    .map((chain) => (chain.retiredAtMs === 0 ? { ...chain, retiredAtMs: nowMs } : chain));
  const added = { chainId, signingKey, chainKey, counter: iteration, skipped: NO_SKIPPED_KEYS, retiredAtMs: 0 };
  return ok({ distributionId, chains: [added, ...older].slice(0, MAX_SENDER_CHAINS) });
}

/** Decrypts one message of the group. The signature is checked before anything is derived. */
export async function decryptWithSenderKey(
  { suite, nowMs }: Pick<SessionContext, "suite" | "nowMs">,
  record: SenderKeyRecord,
  message: Uint8Array,
): Promise<Result<{ readonly record: SenderKeyRecord; readonly plaintext: Uint8Array }, SenderKeyError>> {
  // A copy, so that what is checked is what is used after each await.
  const received = decodeSenderKeyMessage(new Uint8Array(message));
  if (!received.ok) return received;
  const { distributionId, chainId, iteration, ciphertext, signed, signature } = received.value;
  const current = expireSenderKeys(record, nowMs);
  const chain = current.chains.find((each) => each.chainId === chainId);
  if (chain === undefined || !equalBytes(record.distributionId, distributionId)) {
    return err({ code: "unknown-sender-key" });
  }
  if (!(await suite.xeddsaVerify(chain.signingKey, signed, signature))) return err({ code: "not-authentic" });
  const taken = takeMessageSeed(suite, chain, { counter: iteration, maxJump: MAX_JUMP, nowMs });
  if (!taken.ok) return taken;
  const keys = deriveGroupKeys(suite, taken.value.seed);
  const plaintext = await suite.aesCbcDecrypt(keys.cipherKey, keys.iv, ciphertext);
  wipe(keys.cipherKey, keys.iv);
  if (plaintext === null) return err({ code: "malformed" });
  const chains = current.chains.map((each) => (each === chain ? taken.value.chain : each));
  return ok({ record: { ...current, chains }, plaintext });
}

/** The record without skipped keys and retired chains older than 30 days; the same object when there are none. */
export function expireSenderKeys(record: SenderKeyRecord, nowMs: number): SenderKeyRecord {
  const isOld = ({ retiredAtMs }: RemoteSenderChain) => retiredAtMs !== 0 && isExpired(retiredAtMs, nowMs);
  const hasOld = record.chains.some((chain) => isOld(chain) || isExpired(chain.skipped.oldestMs, nowMs));
  if (!hasOld) return record;
  const chains = record.chains
    .filter((chain) => !isOld(chain))
    .map((chain) => ({ ...chain, skipped: dropExpiredKeys(chain.skipped, nowMs) }));
  return { ...record, chains };
}

/** IV and cipher key of one message. */
function deriveGroupKeys(
  suite: CryptoSuite,
  seed: Uint8Array,
): { readonly iv: Uint8Array; readonly cipherKey: Uint8Array } {
  const okm = suite.hkdf(seed, NO_SALT, GROUP_INFO, 48);
  return { iv: okm.subarray(0, 16), cipherKey: okm.subarray(16) };
}
