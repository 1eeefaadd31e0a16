/** The MACs of the relay protocol: opening a side of a queue, and the receipt for a stored envelope. */
import { concat, fromHex, uint32ToBytes, utf8 } from "../bytes.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import type { EnvelopeId, QueueId, RelayId } from "../ids.ts";

/** What a MAC is bound to: this channel of this relay. */
export interface ChannelBinding {
  readonly relay: RelayId;
  readonly channelNonce: Uint8Array;
}

function channelBytes({ relay, channelNonce }: ChannelBinding): Uint8Array {
  const name = utf8(relay);
  return concat(Uint8Array.of(name.length), name, channelNonce);
}

/** The 32-byte MAC that opens one side of a queue on one channel. */
export function openingMac(
  suite: CryptoSuite,
  macKey: Uint8Array,
  channel: ChannelBinding,
  side: "send" | "receive",
  queue: QueueId,
): Uint8Array {
  const sideNumber = uint32ToBytes(side === "send" ? 0 : 1);
  return suite.hmacSha256(macKey, concat(utf8(LABELS.relayOpen), channelBytes(channel), sideNumber, fromHex(queue)));
}

/** The 32-byte receipt that a relay gives after the envelope is synced to its disk. */
export function receiptMac(
  suite: CryptoSuite,
  senderMacKey: Uint8Array,
  channel: ChannelBinding,
  envelope: EnvelopeId,
): Uint8Array {
  return suite.hmacSha256(senderMacKey, concat(utf8(LABELS.relayReceipt), channelBytes(channel), fromHex(envelope)));
}
