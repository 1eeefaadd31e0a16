/**
 * Sessions between two devices as the messaging engine uses them: start, encrypt, decrypt.
 * Each call is a transition; the caller stores the new record together with its effect, and drops it on an error.
 * Calls on one record must not overlap: two encryptions of one state would use one message key twice.
 * @see docs/spec/03-session.md
 */
import { equalBytes } from "../bytes.ts";
import type { KeyPair } from "../crypto/suite.ts";
import { MAX_JUMP_UNAUTHENTICATED, MAX_UNANSWERED_SESSION_MS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import type { RatchetError } from "./double-ratchet.ts";
import { startPqRatchet } from "./pq-ratchet.ts";
import { initiatePqxdh, type PqxdhError, respondPqxdh } from "./pqxdh.ts";
import {
  type BundleError,
  type PrekeyBundle,
  type PrekeyLookup,
  type PrekeyUse,
  verifyPrekeyBundle,
} from "./prekeys.ts";
import { decodeSession } from "./session-codec.ts";
import type { LocalIdentity, SessionContext } from "./session-context.ts";
import {
  addSession,
  EMPTY_SESSION_RECORD,
  expireSessionRecord,
  findSession,
  promoteSession,
  type SessionRecord,
} from "./session-record.ts";
import { findReceivingChain, type SessionState } from "./session-state.ts";
import { NO_SKIPPED_KEYS } from "./skipped-keys.ts";
import { decryptWithTripleRatchet, encryptWithTripleRatchet } from "./triple-ratchet.ts";
import {
  decodeReceivedMessage,
  encodePrekeyMessage,
  type PrekeyMessage,
  type ReceivedSignalMessage,
  type WireError,
} from "./wire.ts";

/** Why no session could be started from a bundle. */
export type StartError = BundleError | PqxdhError;

/** Why nothing was encrypted: a session has to be started first. */
export type EncryptError =
  | { readonly code: "no-session" }
  | { readonly code: "session-unanswered"; readonly ageMs: number; readonly limitMs: number };

/** Why a message did not decrypt; the record the caller holds stays valid. */
export type DecryptError =
  | WireError
  | RatchetError
  | { readonly code: "no-session" }
  | { readonly code: "unknown-prekey"; readonly prekey: "signed" | "kem" | "one-time" }
  | { readonly code: "identity-mismatch" }
  | { readonly code: "replayed-prekey-message" };

/** How a message is to be read. */
export interface DecryptOptions {
  /** `MAX_JUMP_UNAUTHENTICATED` for mail from the request box, `MAX_JUMP` once the queue envelope has verified. */
  readonly maxJump: number;
  /** The X25519 key certified for the sending device, 32 bytes. */
  readonly expectedIdentityKey: Uint8Array;
  readonly prekeys: PrekeyLookup;
}

/** A message that went out. */
export interface EncryptedMessage {
  readonly record: SessionRecord;
  /** A PreKeySignalMessage until the other side first answered, then a SignalMessage. */
  readonly message: Uint8Array;
}

/** A message that came in. */
export interface DecryptedMessage {
  readonly record: SessionRecord;
  readonly plaintext: Uint8Array;
  /** Only when this message started a session: what to delete and to remember in the same batch. */
  readonly usedPrekeys?: PrekeyUse;
}

/**
 * Starts a session from a bundle whose identity key the caller has checked; it becomes the current one.
 * @param record what is known of this device pair, or null.
 */
export async function startSession(
  context: SessionContext,
  local: LocalIdentity,
  bundle: PrekeyBundle,
  record: SessionRecord | null,
): Promise<Result<SessionRecord, StartError>> {
  const verified = await verifyPrekeyBundle(context.suite, bundle);
  if (!verified.ok) return verified;
  const start = await initiatePqxdh(context, local, bundle);
  if (!start.ok) return start;
  const { secrets, baseKey, kemCiphertext } = start.value;
  const oneTime = bundle.oneTimePrekey === undefined ? {} : { oneTimeId: bundle.oneTimePrekey.id };
  const session: SessionState = {
    baseKey,
    createdAtMs: context.nowMs,
    remoteIdentityKey: new Uint8Array(bundle.identityKey),
    remoteRegistrationId: bundle.registrationId,
    rootKey: secrets.rootKey,
    sending: null,
    previousCounter: 0,
    receivingChains: [
      {
        ratchetKey: new Uint8Array(bundle.signedPrekey.publicKey),
        chainKey: secrets.chainKey,
        counter: 0,
        retiredAtMs: 0,
        skipped: NO_SKIPPED_KEYS,
      },
    ],
    pq: startPqRatchet(context.suite, secrets.pqKey, true),
    pending: { signedId: bundle.signedPrekey.id, kemId: bundle.kemPrekey.id, ...oneTime, kemCiphertext },
  };
  return ok(addSession(record ?? EMPTY_SESSION_RECORD, session));
}

/** Encrypts a message in the current session. */
export async function encryptMessage(
  context: SessionContext,
  record: SessionRecord,
  local: LocalIdentity,
  plaintext: Uint8Array,
): Promise<Result<EncryptedMessage, EncryptError>> {
  const session = record.current;
  if (session === null) return err({ code: "no-session" });
  const ageMs = context.nowMs - session.createdAtMs;
  if (session.pending !== null && ageMs > MAX_UNANSWERED_SESSION_MS) {
    return err({ code: "session-unanswered", ageMs, limitMs: MAX_UNANSWERED_SESSION_MS });
  }
  const identityKey = local.identityKey.publicKey;
  const { state, message } = await encryptWithTripleRatchet(context, session, identityKey, plaintext);
  const next = expireSessionRecord({ ...record, current: state }, context.nowMs);
  if (state.pending === null) return ok({ record: next, message });
  const { registrationId } = local;
  const prekey = { ...state.pending, baseKey: state.baseKey, identityKey, message, registrationId };
  return ok({ record: next, message: encodePrekeyMessage(prekey) });
}

/**
 * Decrypts a message in the session it belongs to, which becomes the current one; a prekey message with a new base key
 * starts a session.
 * @param record what is known of this device pair, or null.
 */
export async function decryptMessage(
  context: SessionContext,
  record: SessionRecord | null,
  local: LocalIdentity,
  message: Uint8Array,
  options: DecryptOptions,
): Promise<Result<DecryptedMessage, DecryptError>> {
  // A copy, so that what is checked is what is used after each await.
  const received = decodeReceivedMessage(new Uint8Array(message));
  if (!received.ok) return received;
  const work: Work = { context, record: record ?? EMPTY_SESSION_RECORD, local, options };
  return received.value.kind === "prekey"
    ? decryptPrekeyMessage(work, received.value.prekey, received.value.message)
    : decryptInAnySession(work, received.value.message);
}

/** What one call of `decryptMessage` carries through. */
interface Work {
  readonly context: SessionContext;
  readonly record: SessionRecord;
  readonly local: LocalIdentity;
  readonly options: DecryptOptions;
}

type Decrypted = Result<DecryptedMessage, DecryptError>;

async function decryptInAnySession(work: Work, message: ReceivedSignalMessage): Promise<Decrypted> {
  const { current, archived } = work.record;
  let failure: DecryptError = { code: archived.length === 0 ? "no-session" : "not-authentic" };
  if (current !== null) {
    const decrypted = await decryptInCurrent(work, current, message);
    if (decrypted.ok || isOfSession(current, message)) return decrypted;
    failure = decrypted.error;
  }
  for (const [index, { encoded }] of archived.entries()) {
    const session = decodeSession(encoded);
    if (!session.ok) continue;
    const decrypted = await decryptInArchived(work, index, session.value, message);
    if (decrypted.ok || isOfSession(session.value, message)) return decrypted;
  }
  return err(failure);
}

/** Whether the message is on a chain of this session, so that no other session can decrypt it. */
function isOfSession(session: SessionState, message: ReceivedSignalMessage): boolean {
  return findReceivingChain(session, message.ratchetKey) !== undefined;
}

async function decryptInCurrent(work: Work, session: SessionState, message: ReceivedSignalMessage): Promise<Decrypted> {
  const decrypted = await decryptInSession(work, session, message, work.options.maxJump);
  if (!decrypted.ok) return decrypted;
  const { state, plaintext } = decrypted.value;
  return ok({ record: expireSessionRecord({ ...work.record, current: state }, work.context.nowMs), plaintext });
}

async function decryptInArchived(
  work: Work,
  index: number,
  session: SessionState,
  message: ReceivedSignalMessage,
): Promise<Decrypted> {
  const { context, record, options } = work;
  // A forged far counter under an unknown ratchet key is paid for in every session: forty times a small jump at most.
  const maxJump = isOfSession(session, message) ? options.maxJump : Math.min(options.maxJump, MAX_JUMP_UNAUTHENTICATED);
  const decrypted = await decryptInSession(work, session, message, maxJump);
  if (!decrypted.ok) return decrypted;
  const { state, plaintext } = decrypted.value;
  return ok({ record: expireSessionRecord(promoteSession(record, index, state), context.nowMs), plaintext });
}

async function decryptInSession(
  { context, local, options }: Work,
  session: SessionState,
  message: ReceivedSignalMessage,
  maxJump: number,
): Promise<Result<{ readonly state: SessionState; readonly plaintext: Uint8Array }, DecryptError>> {
  if (!equalBytes(session.remoteIdentityKey, options.expectedIdentityKey)) return err({ code: "identity-mismatch" });
  const localIdentityKey = local.identityKey.publicKey;
  return decryptWithTripleRatchet(context, session, message, { localIdentityKey, maxJump });
}

async function decryptPrekeyMessage(
  work: Work,
  prekey: PrekeyMessage,
  message: ReceivedSignalMessage,
): Promise<Decrypted> {
  const { context, record, options } = work;
  if (!equalBytes(prekey.identityKey, options.expectedIdentityKey)) return err({ code: "identity-mismatch" });
  const place = findSession(record, prekey.baseKey);
  if (place === "current" && record.current !== null) return decryptInCurrent(work, record.current, message);
  const archived = typeof place === "number" ? record.archived[place] : undefined;
  const known = archived === undefined ? null : decodeSession(archived.encoded);
  if (typeof place === "number" && known?.ok === true) return decryptInArchived(work, place, known.value, message);
  const answer = await answerPrekeyMessage(work, prekey);
  if (!answer.ok) return answer;
  const decrypted = await decryptInSession(work, answer.value.session, message, options.maxJump);
  if (!decrypted.ok) return decrypted;
  const { state, plaintext } = decrypted.value;
  const next = expireSessionRecord(addSession(record, state), context.nowMs);
  return ok({ record: next, plaintext, usedPrekeys: answer.value.use });
}

/** The responder's fresh session: it can receive, and its own ratchet turns with the first message. */
async function answerPrekeyMessage(
  work: Work,
  prekey: PrekeyMessage,
): Promise<Result<{ readonly session: SessionState; readonly use: PrekeyUse }, DecryptError>> {
  const { context, local, options } = work;
  const keys = await lookUpPrekeys(options.prekeys, prekey);
  if (!keys.ok) return keys;
  const use: PrekeyUse = {
    signedId: prekey.signedId,
    kemId: prekey.kemId,
    ...(prekey.oneTimeId === undefined ? {} : { oneTimeId: prekey.oneTimeId }),
    baseKey: prekey.baseKey.slice(),
    replayId: context.suite.sha256(prekey.kemCiphertext),
  };
  if (await options.prekeys.isReplayed(use)) return err({ code: "replayed-prekey-message" });
  const secrets = await respondPqxdh(context.suite, local, keys.value, prekey);
  if (!secrets.ok) return err({ code: secrets.error.code === "low-order-key" ? "low-order-key" : "malformed" });
  const { rootKey, chainKey, pqKey } = secrets.value;
  const session: SessionState = {
    baseKey: use.baseKey,
    createdAtMs: context.nowMs,
    remoteIdentityKey: prekey.identityKey.slice(),
    remoteRegistrationId: prekey.registrationId,
    rootKey,
    sending: { ratchetKey: keys.value.signedPrekey, chainKey, counter: 0 },
    previousCounter: 0,
    receivingChains: [],
    pending: null,
    pq: startPqRatchet(context.suite, pqKey, false),
  };
  return ok({ session, use });
}

interface FoundPrekeys {
  readonly signedPrekey: KeyPair;
  readonly kemSeed: Uint8Array;
  readonly oneTimePrekey?: KeyPair;
}

async function lookUpPrekeys(
  prekeys: PrekeyLookup,
  { signedId, kemId, oneTimeId }: PrekeyMessage,
): Promise<Result<FoundPrekeys, DecryptError>> {
  const signedPrekey = await prekeys.signedPrekey(signedId);
  if (signedPrekey === null) return err({ code: "unknown-prekey", prekey: "signed" });
  const kemSeed = await prekeys.kemPrekey(kemId);
  if (kemSeed === null) return err({ code: "unknown-prekey", prekey: "kem" });
  if (oneTimeId === undefined) return ok({ signedPrekey, kemSeed });
  const oneTimePrekey = await prekeys.oneTimePrekey(oneTimeId);
  if (oneTimePrekey === null) return err({ code: "unknown-prekey", prekey: "one-time" });
  return ok({ signedPrekey, kemSeed, oneTimePrekey });
}
