/**
 * The Double Ratchet of one session as pure transitions: a message in or out gives the next state or an error.
 * The sending side turns its ratchet at the first send after a receive (Double Ratchet rev. 3 §8.5), so receiving in
 * bursts makes no keys. Old receiving chains stay usable instead of being run to their end by the previous counter.
 * @see docs/spec/03-session.md (Double Ratchet rev. 3 §3 and §5.2; Triple Ratchet §6 for `PqContribution`)
 */
import { concat, equalBytes, utf8, wipe } from "../bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { MAX_RECEIVER_CHAINS } from "../limits.ts";
import { err, InvariantError, ok, type Result } from "../result.ts";
import { type ChainError, deriveMessageSeed, deriveNextChainKey, takeMessageSeed } from "./message-chain.ts";
import type { SessionContext } from "./session-context.ts";
import { generateKeyPair } from "./session-context.ts";
import {
  dropExpiredSecrets,
  findReceivingChain,
  type ReceivingChain,
  replaceReceivingChain,
  type SendingChain,
  type SessionState,
} from "./session-state.ts";
import { NO_SKIPPED_KEYS } from "./skipped-keys.ts";
import { encodeSignalMessage, MAC_BYTES, prefixX25519, type ReceivedSignalMessage } from "./wire.ts";

const RATCHET_INFO = utf8("WhisperRatchet");
const MESSAGE_INFO = utf8("WhisperMessageKeys");

/** Why a message did not decrypt in a session; the session is then as it was. */
export type RatchetError =
  | ChainError
  | { readonly code: "not-authentic" }
  | { readonly code: "low-order-key" }
  /** The MAC is right but the padding is not: the sender's fault. */
  | { readonly code: "malformed" };

/** What the post-quantum ratchet adds to one message: the salt of its keys, and field 5. */
export interface PqContribution {
  readonly key: Uint8Array;
  readonly message?: Uint8Array;
}

/** Suite 1 has no post-quantum ratchet: 32 zero bytes and no field. */
export const NO_PQ: PqContribution = Object.freeze({ key: new Uint8Array(32) });

/** The X25519 identity keys of both ends as the MAC covers them. */
export interface SessionIdentities {
  readonly localIdentityKey: Uint8Array;
  readonly remoteIdentityKey: Uint8Array;
}

/** How a message is to be read. */
export interface RatchetDecryptOptions {
  readonly localIdentityKey: Uint8Array;
  /** Most message keys that may be skipped for this message. */
  readonly maxJump: number;
  readonly pq: PqContribution;
}

interface MessageKeys {
  readonly cipherKey: Uint8Array;
  readonly macKey: Uint8Array;
  readonly iv: Uint8Array;
}

/** One Diffie-Hellman step of the root chain (the paper's KDF_RK). */
export function deriveRootStep(
  suite: CryptoSuite,
  rootKey: Uint8Array,
  dhOutput: Uint8Array,
): { readonly rootKey: Uint8Array; readonly chainKey: Uint8Array } {
  const okm = suite.hkdf(dhOutput, rootKey, RATCHET_INFO, 64);
  return { rootKey: okm.slice(0, 32), chainKey: okm.slice(32) };
}

/** Cipher key, MAC key and IV of one message. @param pqKey 32 bytes; zeros in suite 1. */
export function deriveMessageKeys(suite: CryptoSuite, seed: Uint8Array, pqKey: Uint8Array): MessageKeys {
  const okm = suite.hkdf(seed, pqKey, MESSAGE_INFO, 80);
  return { cipherKey: okm.subarray(0, 32), macKey: okm.subarray(32, 64), iv: okm.subarray(64) };
}

/** Encrypts one message; the returned bytes are a whole SignalMessage. */
export async function encryptWithRatchet(
  context: SessionContext,
  session: SessionState,
  localIdentityKey: Uint8Array,
  plaintext: Uint8Array,
  pq: PqContribution,
): Promise<{ readonly state: SessionState; readonly message: Uint8Array }> {
  const { suite } = context;
  const { sending, ...state } = await turnSendingChain(context, dropExpiredSecrets(session, context.nowMs));
  const { counter, chainKey, ratchetKey } = sending;
  if (counter > 0xffff_fffe) throw new InvariantError("a sending chain ran out of counters");
  const seed = deriveMessageSeed(suite, chainKey);
  const keys = deriveMessageKeys(suite, seed, pq.key);
  const ciphertext = await suite.aesCbcEncrypt(keys.cipherKey, keys.iv, plaintext);
  const macced = encodeSignalMessage({
    ratchetKey: ratchetKey.publicKey,
    counter,
    previousCounter: state.previousCounter,
    ciphertext,
    ...(pq.message === undefined ? {} : { pqRatchet: pq.message }),
  });
  const mac = messageMac(suite, keys.macKey, localIdentityKey, state.remoteIdentityKey, macced);
  wipe(seed, keys.cipherKey, keys.macKey, keys.iv);
  const next = { ratchetKey, chainKey: deriveNextChainKey(suite, chainKey), counter: counter + 1 };
  return { state: { ...state, sending: next }, message: concat(macced, mac) };
}

/** Decrypts one message. No result depends on the message before its MAC has verified, save the cost of its jump. */
export async function decryptWithRatchet(
  context: SessionContext,
  session: SessionState,
  message: ReceivedSignalMessage,
  options: RatchetDecryptOptions,
): Promise<Result<{ readonly state: SessionState; readonly plaintext: Uint8Array }, RatchetError>> {
  const { suite, nowMs } = context;
  const current = dropExpiredSecrets(session, nowMs);
  const known = findReceivingChain(current, message.ratchetKey);
  const turned = known === undefined ? await turnReceivingChain(context, current, message.ratchetKey) : ok(current);
  if (!turned.ok) return turned;
  const chain = known ?? (turned.value.receivingChains.at(-1) as ReceivingChain);
  const advanced = takeMessageSeed(suite, chain, { counter: message.counter, maxJump: options.maxJump, nowMs });
  if (!advanced.ok) return advanced;
  const keys = deriveMessageKeys(suite, advanced.value.seed, options.pq.key);
  const plaintext = await openMessage(suite, keys, message, {
    localIdentityKey: options.localIdentityKey,
    remoteIdentityKey: session.remoteIdentityKey,
  });
  wipe(keys.cipherKey, keys.macKey, keys.iv);
  if (!plaintext.ok) return plaintext;
  const state = { ...replaceReceivingChain(turned.value, chain, advanced.value.chain), pending: null };
  return ok({ state, plaintext: plaintext.value });
}

/** The state with a sending chain, made now when the last thing that happened was a turn of the remote ratchet. */
async function turnSendingChain(
  context: SessionContext,
  state: SessionState,
): Promise<SessionState & { readonly sending: SendingChain }> {
  if (state.sending !== null) return { ...state, sending: state.sending };
  const remote = state.receivingChains.at(-1);
  if (remote === undefined) throw new InvariantError("a session without sending chain has no receiving chain either");
  const ratchetKey = await generateKeyPair(context);
  const dhOutput = await context.suite.x25519(ratchetKey.privateKey, remote.ratchetKey);
  if (dhOutput === null) throw new InvariantError("a low-order ratchet key was accepted earlier");
  const { rootKey, chainKey } = deriveRootStep(context.suite, state.rootKey, dhOutput);
  wipe(dhOutput);
  return { ...state, rootKey, sending: { ratchetKey, chainKey, counter: 0 } };
}

/** The state with a receiving chain for a ratchet key not seen before, and no sending chain. */
async function turnReceivingChain(
  { suite, nowMs }: SessionContext,
  state: SessionState,
  remoteKey: Uint8Array,
): Promise<Result<SessionState, RatchetError>> {
  // An honest peer turns its ratchet only in answer to a key of ours; with none outstanding this is not one of its own.
  if (state.sending === null) return err({ code: "not-authentic" });
  const dhOutput = await suite.x25519(state.sending.ratchetKey.privateKey, remoteKey);
  if (dhOutput === null) return err({ code: "low-order-key" });
  const { rootKey, chainKey } = deriveRootStep(suite, state.rootKey, dhOutput);
  wipe(dhOutput);
  const retired = state.receivingChains.map((chain) =>
    chain.retiredAtMs === 0 ? { ...chain, retiredAtMs: nowMs } : chain,
  );
  const ratchetKey = new Uint8Array(remoteKey);
  const chain = { ratchetKey, chainKey, counter: 0, retiredAtMs: 0, skipped: NO_SKIPPED_KEYS };
  const receivingChains = [...retired, chain].slice(-MAX_RECEIVER_CHAINS);
  return ok({ ...state, rootKey, sending: null, previousCounter: state.sending.counter, receivingChains });
}

async function openMessage(
  suite: CryptoSuite,
  keys: MessageKeys,
  message: ReceivedSignalMessage,
  identities: SessionIdentities,
): Promise<Result<Uint8Array, RatchetError>> {
  const { remoteIdentityKey, localIdentityKey } = identities;
  const mac = messageMac(suite, keys.macKey, remoteIdentityKey, localIdentityKey, message.macced);
  if (!equalBytes(mac, message.mac)) return err({ code: "not-authentic" });
  const plaintext = await suite.aesCbcDecrypt(keys.cipherKey, keys.iv, message.ciphertext);
  return plaintext === null ? err({ code: "malformed" }) : ok(plaintext);
}

function messageMac(
  suite: CryptoSuite,
  macKey: Uint8Array,
  senderKey: Uint8Array,
  receiverKey: Uint8Array,
  macced: Uint8Array,
): Uint8Array {
  const covered = concat(prefixX25519(senderKey), prefixX25519(receiverKey), macced);
  return suite.hmacSha256(macKey, covered).slice(0, MAC_BYTES);
}
