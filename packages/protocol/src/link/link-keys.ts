/**
 * The handshake of a link: a key that both sides have only when they talk to each other, and six words that are the same
 * only then. The new side binds itself to its nonce before it sees the other's, so that nobody between the two can look
 * for a session with the same words.
 * @see docs/spec/01-identity.md (Linking)
 */
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { concat, equalBytes, utf8 } from "../bytes.ts";
import type { DecodeError } from "../codec/schema.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { err, type Result } from "../result.ts";
import { decodeLinkWord, encodeLinkWord, type LinkMessage, type LinkWord } from "./link-message.ts";

/** Words that the person compares: 66 bits. */
export const LINK_WORDS = 6;

const BITS_PER_WORD = 11n;
const BITS = 128n;
const NONCE_BYTES = 24;

/** The two sides of a link. */
export type LinkSide = "old" | "new";

/** The secret of the queue that one side reads, from the secret of the code. */
export function linkQueueSecret(suite: Pick<CryptoSuite, "hkdf">, secret: Uint8Array, reader: LinkSide): Uint8Array {
  return suite.hkdf(secret, utf8(reader), utf8(LABELS.linkQueue), 32);
}

/** What the new side promises before it shows its nonce. */
export function linkCommitment(suite: Pick<CryptoSuite, "sha256">, nonce: Uint8Array): Uint8Array {
  return suite.sha256(concat(utf8(LABELS.linkCommit), nonce));
}

/** What both sides have said up to the answer, and the secret that the answer carried. */
export interface LinkTranscript {
  /** The secret of the code. */
  readonly secret: Uint8Array;
  readonly hello: Extract<LinkMessage, { readonly type: "hello" }>;
  readonly answer: Extract<LinkMessage, { readonly type: "answer" }>;
  readonly sharedSecret: Uint8Array;
}

/** The keys of one link. */
export interface LinkKeys {
  readonly old: Uint8Array;
  readonly new: Uint8Array;
  /** Names the handshake: words and seals are bound to it. */
  readonly hash: Uint8Array;
}

/** Derives the keys of a handshake: one for what each side says. */
export function deriveLinkKeys(suite: CryptoSuite, { secret, hello, answer, sharedSecret }: LinkTranscript): LinkKeys {
  const { share, commitment } = hello;
  const said = concat(utf8(LABELS.linkKey), secret, share, commitment, answer.ciphertext, answer.nonce);
  const hash = suite.sha256(said);
  const keys = suite.hkdf(sharedSecret, secret, concat(utf8(LABELS.linkKey), hash), 64);
  return { old: keys.slice(0, 32), new: keys.slice(32), hash };
}

/** The six words; null when the nonce is not the promised one. */
export function linkWords(
  suite: CryptoSuite,
  { hash }: LinkKeys,
  commitment: Uint8Array,
  nonce: Uint8Array,
): readonly string[] | null {
  if (!equalBytes(linkCommitment(suite, nonce), commitment)) return null;
  const digest = suite.sha256(concat(utf8(LABELS.linkWords), hash, nonce));
  let bits = 0n;
  for (const byte of digest.subarray(0, Number(BITS) / 8)) bits = (bits << 8n) | BigInt(byte);
  return Array.from({ length: LINK_WORDS }, (_, index) => {
    const at = (bits >> (BITS - BITS_PER_WORD * BigInt(index + 1))) & 0x7ffn;
    return wordlist[Number(at)] as string;
  });
}

/** Seals a word of one side; each step is sealed once. */
export function sealLinkWord(
  suite: Pick<CryptoSuite, "xchachaSeal">,
  keys: LinkKeys,
  { by, step }: { readonly by: LinkSide; readonly step: number },
  word: LinkWord,
): Extract<LinkMessage, { readonly type: "sealed" }> {
  const box = suite.xchachaSeal(keys[by], nonceOf(step), encodeLinkWord(word), keys.hash);
  return { type: "sealed", step, box };
}

/** Opens a word of one side. */
export function openLinkWord(
  suite: Pick<CryptoSuite, "xchachaOpen">,
  keys: LinkKeys,
  by: LinkSide,
  { step, box }: Extract<LinkMessage, { readonly type: "sealed" }>,
): Result<LinkWord, DecodeError | { readonly code: "not-authentic" }> {
  const encoded = suite.xchachaOpen(keys[by], nonceOf(step), box, keys.hash);
  return encoded === null ? err({ code: "not-authentic" }) : decodeLinkWord(encoded);
}

function nonceOf(step: number): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  nonce[NONCE_BYTES - 1] = step;
  return nonce;
}
