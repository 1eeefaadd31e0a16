/** X's numeric ids of people and posts: decimal texts, because they do not fit a JavaScript number. */
import type { Brand } from "../brand.ts";
import { mapped, type Shape, text } from "../codec/schema.ts";

/** A person's numeric id on X. */
export type Xid = Brand<string, "Xid">;

/** A post's numeric id on X. */
export type PostId = Brand<string, "PostId">;

/** Decimal digits of the largest unsigned 64-bit number. */
const MAX_DIGITS = 20;
const DECIMAL = /^[1-9][0-9]{0,19}$/;

/** The id in a text of decimal digits without leading zeros; null for anything else. */
export function parseXid(value: string): Xid | null {
  return DECIMAL.test(value) ? (value as Xid) : null;
}

/** The post id in a text of decimal digits without leading zeros; null for anything else. */
export function parsePostId(value: string): PostId | null {
  return DECIMAL.test(value) ? (value as PostId) : null;
}

function decimal<T extends string>(parse: (value: string) => T | null): Shape<T> {
  return mapped(text(MAX_DIGITS), parse, (id) => {
    if (parse(id) === null) throw new RangeError("value is not a decimal id");
    return id;
  });
}

/** Codec shape of a person's numeric id. */
export const xidShape: Shape<Xid> = decimal(parseXid);

/** Codec shape of a post's numeric id. */
export const postIdShape: Shape<PostId> = decimal(parsePostId);
