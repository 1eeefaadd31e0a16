/** Derived queue keys, kept for the queues in use: deriving a side costs four HKDF runs. */
import { type CryptoSuite, deriveSenderSide, type QueuePlace, type SenderSide, toHex } from "@kith/protocol";

/** Sides kept: three relays and the direct place for the busiest queues. */
const MAX_SIDES = 512;

/** Gives the sending side of a queue secret at one place. */
export type SideCache = (secret: Uint8Array, place: QueuePlace) => SenderSide;

/** Makes a cache that forgets the sides that were not used for longest. */
export function createSideCache(suite: CryptoSuite): SideCache {
  const sides = new Map<string, SenderSide>();
  return (secret, place) => {
    const key = `${toHex(secret)}/${place}`;
    const side = sides.get(key) ?? deriveSenderSide(suite, secret, place);
    sides.delete(key);
    sides.set(key, side);
    const oldest = sides.size > MAX_SIDES ? sides.keys().next().value : undefined;
    if (oldest !== undefined) sides.delete(oldest);
    return side;
  };
}
