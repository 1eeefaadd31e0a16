/**
 * The Triple Ratchet: the Double Ratchet with keys of the sparse post-quantum ratchet mixed into every message key.
 * A session without the post-quantum half (suite 1) passes through unchanged.
 * @see docs/spec/03-session.md (Double Ratchet rev. 3 §6)
 */
import { wipe } from "../bytes.ts";
import { err, ok, type Result } from "../result.ts";
import { decryptWithRatchet, encryptWithRatchet, NO_PQ, type RatchetError } from "./double-ratchet.ts";
import { receivePqRatchet, sendPqRatchet } from "./pq-ratchet.ts";
import type { SessionContext } from "./session-context.ts";
import { findReceivingChain, type SessionState } from "./session-state.ts";
import type { ReceivedSignalMessage } from "./wire.ts";

/** How a message is to be read. */
export interface TripleDecryptOptions {
  readonly localIdentityKey: Uint8Array;
  /** Most message keys that may be skipped for this message, in either ratchet. */
  readonly maxJump: number;
}

/** Encrypts one message; the returned bytes are a whole SignalMessage. */
export async function encryptWithTripleRatchet(
  context: SessionContext,
  session: SessionState,
  localIdentityKey: Uint8Array,
  plaintext: Uint8Array,
): Promise<{ readonly state: SessionState; readonly message: Uint8Array }> {
  if (session.pq === null) return encryptWithRatchet(context, session, localIdentityKey, plaintext, NO_PQ);
  const pq = await sendPqRatchet(context, session.pq);
  const sent = await encryptWithRatchet(context, { ...session, pq: pq.state }, localIdentityKey, plaintext, pq);
  wipe(pq.key);
  return sent;
}

/** Decrypts one message; the state that comes with an error is the one that went in. */
export async function decryptWithTripleRatchet(
  context: SessionContext,
  session: SessionState,
  message: ReceivedSignalMessage,
  options: TripleDecryptOptions,
): Promise<Result<{ readonly state: SessionState; readonly plaintext: Uint8Array }, RatchetError>> {
  if (session.pq === null) return decryptWithRatchet(context, session, message, { ...options, pq: NO_PQ });
  if (message.pqRatchet === undefined) return err({ code: "not-authentic" });
  const pq = await receivePqRatchet(context, session.pq, message.pqRatchet, options.maxJump);
  if (!pq.ok) return pq;
  const decrypted = await decryptWithRatchet(context, session, message, { ...options, pq: pq.value });
  if (!decrypted.ok) return decrypted;
  const isReply = findReceivingChain(session, message.ratchetKey) === undefined;
  const { state, plaintext } = decrypted.value;
  const repliesInEpoch = pq.value.state.repliesInEpoch + (isReply ? 1 : 0);
  return ok({ state: { ...state, pq: { ...pq.value.state, repliesInEpoch } }, plaintext });
}
