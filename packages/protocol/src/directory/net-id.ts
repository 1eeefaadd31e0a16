/** The name of a network: claims, directory keys and work of one network count for nothing in another. */
import type { Brand } from "../brand.ts";
import { mapped, type Shape, text } from "../codec/schema.ts";

/** A network's name: 1 to 32 of `a-z`, `0-9`, `-`. */
export type NetId = Brand<string, "NetId">;

const MAX_NET_ID_CHARACTERS = 32;
const NET_ID = /^[a-z0-9-]{1,32}$/;

/** The network a text names; null when it is not a network id. */
export function parseNetId(value: string): NetId | null {
  return NET_ID.test(value) ? (value as NetId) : null;
}

/** Codec shape of a network id. */
export const netIdShape: Shape<NetId> = mapped(text(MAX_NET_ID_CHARACTERS), parseNetId, (id) => {
  if (parseNetId(id) === null) throw new RangeError("value is not a network id");
  return id;
});
