/** One end of a session in tests: a device, its record of the other device, and calls that keep the record. */

import type { CryptoSuite, RandomBytes } from "../crypto/suite.ts";
import { MAX_JUMP } from "../limits.ts";
import { ok, type Result } from "../result.ts";
import type { PrekeyBundle } from "../session/prekeys.ts";
import { type DecryptError, decryptMessage, encryptMessage, startSession } from "../session/session.ts";
import {
  decodeSessionRecord,
  EMPTY_SESSION_RECORD,
  encodeSessionRecord,
  type SessionRecord,
} from "../session/session-record.ts";
import type { SessionDevice } from "./session-device.ts";

/** The surroundings of a party; tests move the clock by hand. */
export interface PartyContext {
  readonly suite: CryptoSuite;
  readonly random: RandomBytes;
  nowMs: number;
}

/** Who a message is said to come from. */
type Sender = Pick<SessionDevice, "local">;

/** One end of a session. */
export interface SessionParty {
  readonly device: SessionDevice;
  record: SessionRecord;
  /** Starts a session with the other device. @throws Error when that fails. */
  start(remote: SessionDevice, oneTimeIndex?: number): Promise<void>;
  /** Starts a session from a bundle. @throws Error when that fails. */
  startFrom(bundle: PrekeyBundle): Promise<void>;
  /** Encrypts in the current session. @throws Error when there is none. */
  send(plaintext: Uint8Array): Promise<Uint8Array>;
  /** Decrypts, keeps the new record and settles the prekeys; on an error nothing changes. */
  receive(message: Uint8Array, from: Sender, maxJump?: number): Promise<Result<Uint8Array, DecryptError>>;
  /** Stores and loads the record. @throws Error when it does not decode. */
  restart(): void;
}

/** Creates a party without sessions. */
export function createSessionParty(context: PartyContext, device: SessionDevice): SessionParty {
  const { local } = device;
  return {
    device,
    record: EMPTY_SESSION_RECORD,
    async start(remote, oneTimeIndex) {
      await this.startFrom(remote.createBundle(oneTimeIndex));
    },
    async startFrom(bundle) {
      this.record = unwrap(await startSession(context, local, bundle, this.record));
    },
    async send(plaintext) {
      const sent = unwrap(await encryptMessage(context, this.record, local, plaintext));
      this.record = sent.record;
      return sent.message;
    },
    async receive(message, from, maxJump = MAX_JUMP) {
      const expectedIdentityKey = from.local.identityKey.publicKey;
      const options = { maxJump, expectedIdentityKey, prekeys: device.prekeys };
      const received = await decryptMessage(context, this.record, local, message, options);
      if (!received.ok) return received;
      this.record = received.value.record;
      if (received.value.usedPrekeys !== undefined) device.recordUse(received.value.usedPrekeys);
      return ok(received.value.plaintext);
    },
    restart() {
      this.record = unwrap(decodeSessionRecord(encodeSessionRecord(this.record)));
    },
  };
}

function unwrap<T>(result: Result<T, { readonly code: string }>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
