/** Terms as they stand in segments: UTF-8, held as strings of one character a byte, which compare as bytes do. */
import { utf8 } from "@kith/protocol";

const ASCII = /^[ -~]*$/;

/** The bytes of a term, one character each. */
export function termKey(term: string): string {
  return ASCII.test(term) ? term : String.fromCharCode(...utf8(term));
}

/** A small fingerprint of a message's terms, which tells whether its words are the ones that were indexed. */
export function fingerprintOf(terms: Iterable<string>): number {
  let hash = 0;
  for (const term of terms) {
    let each = 0x811c9dc5;
    for (let i = 0; i < term.length; i++) each = Math.imul(each ^ term.charCodeAt(i), 0x01000193);
    hash = (hash + (each >>> 0)) >>> 0;
  }
  return (hash ^ (hash >>> 16)) & 0xffff;
}
