/** What the ratchet itself does not bind: which accounts and devices a session message is from and to. */
import { concat, equalBytes, fromHex, utf8 } from "../bytes.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import type { AccountId, DeviceId } from "../ids.ts";

/** One end of a session. */
export interface SessionEnd {
  readonly account: AccountId;
  readonly device: DeviceId;
}

/** Bytes of the binding at the start of every ratchet plaintext. */
const BINDING_BYTES = 32;

/** SHA-256(`kith/bind/1` ‖ from account ‖ from device ‖ to account ‖ to device ‖ session suite). */
export function bindingOf(suite: CryptoSuite, from: SessionEnd, to: SessionEnd, sessionSuite: number): Uint8Array {
  return suite.sha256(
    concat(
      utf8(LABELS.bind),
      fromHex(from.account),
      fromHex(from.device),
      fromHex(to.account),
      fromHex(to.device),
      Uint8Array.of(sessionSuite),
    ),
  );
}

/** Puts the binding before a payload. */
export function bindPayload(binding: Uint8Array, payload: Uint8Array): Uint8Array {
  return concat(binding, payload);
}

/** The payload behind the expected binding; null when another binding stands there. */
export function unbindPayload(binding: Uint8Array, plaintext: Uint8Array): Uint8Array | null {
  return equalBytes(plaintext.subarray(0, BINDING_BYTES), binding) ? plaintext.slice(BINDING_BYTES) : null;
}
