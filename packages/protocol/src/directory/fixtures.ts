/** Fixed records for the tests of this package; nothing else imports it. */
import { NOW_MS, type Person, repeated } from "../account/fixtures.ts";
import { toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { BoxId, RelayId } from "../ids.ts";
import { publicKeyToRelay } from "../relay/relay-record.ts";
import type { BoxRef } from "./box-ref.ts";
import type { CardStatement } from "./device-card.ts";
import type { ClaimStatement } from "./handle-claim.ts";
import type { Invite } from "./invite.ts";
import type { NetId } from "./net-id.ts";

/** The network of the fixed records. */
export const NET_ID: NetId = "kith-test" as NetId;

/** Work on the fixed claim, in bits: a thousand tries. */
export const BITS = 10;

/** One day, in ms. */
export const DAY_MS: number = 24 * 3600 * 1000;

/** A certificate hash as webrtc-direct addresses carry it. */
export const CERTHASH = "uEiAkH5a4DPGKUuOBjYw0CgwjvcJCJMD2K_1aluKR_tpevQ";

/** The PeerId of the Ed25519 seed that is this byte 32 times. */
export async function fixedRelay(byte: number): Promise<RelayId> {
  return publicKeyToRelay(await nobleSuite.ed25519PublicKey(repeated(byte)(32)));
}

/** A box on the relay of `byte`, at two addresses. */
export async function fixedBox(byte: number): Promise<BoxRef> {
  const relay = await fixedRelay(byte);
  const addresses = [
    `/ip4/203.0.113.${byte}/tcp/4001`,
    `/ip4/203.0.113.${byte}/udp/4001/webrtc-direct/certhash/${CERTHASH}`,
  ];
  return { boxId: toHex(repeated(byte)(16)) as BoxId, relay: { relay, addresses } };
}

/** The statement of the fixed claim: no proof, 30 days. */
export function fixedStatement({ chain, device, root }: Person): ClaimStatement {
  return {
    netId: NET_ID,
    written: chain.handle?.written ?? "",
    account: root.accountId,
    head: chain.head,
    issuedMs: NOW_MS,
    expiresMs: NOW_MS + 30 * DAY_MS,
    proof: { type: "none" },
    device: device.deviceId,
  };
}

/** The statement of the fixed card, with two boxes. */
export async function fixedCard({ chain, device, root }: Person): Promise<CardStatement> {
  return {
    account: root.accountId,
    device: device.deviceId,
    head: chain.head,
    cardSeq: 1,
    boxes: [await fixedBox(40), await fixedBox(42)],
    issuedMs: NOW_MS,
    expiresMs: NOW_MS + 30 * DAY_MS,
  };
}

/** The fixed invite: three boxes with two addresses each, seven days. */
export async function fixedInvite({ root, chain }: Person): Promise<Invite> {
  const boxes = await Promise.all([40, 42, 44].map(fixedBox));
  const written = chain.handle?.written;
  return { account: root.accountId, secret: repeated(9)(16), boxes, written, expiresMs: NOW_MS + 7 * DAY_MS };
}
