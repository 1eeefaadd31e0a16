/**
 * The proof of a handle by a post on X: what is to be posted, and what counts as having seen it. Nothing here fetches.
 * @see docs/spec/04-directory.md
 */
import { accountToText } from "../account/account-text.ts";
import { ENTRY_KINDS, readEntry } from "../account/chain-entry.ts";
import type { ChainState } from "../account/chain-state.ts";
import { type Handle, normalHandle } from "../account/handle.ts";
import { type PostId, parsePostId } from "../account/numeric-id.ts";
import type { CryptoSuite } from "../crypto/suite.ts";

/** What an answer about a post shows. `unreachable` and `gone` are said by whoever fetches. */
export type PostState =
  /** The handle's own post holds exactly the statement. */
  | "seen"
  /** X says that there is no such post. */
  | "gone"
  /** No answer, or none of the expected form: says nothing about the post. */
  | "unreachable"
  /** The post is somebody else's. */
  | "other-author"
  /** The answer is about another post. */
  | "other-post"
  /** The post does not hold the statement, or holds more than it. */
  | "no-statement";

/** Characters of an answer that are read: more than the fetch lets through. */
const MAX_ANSWER_CHARACTERS = 65_536;

/** Bidi marks, embeddings, isolates, zero-width characters and white space: X and people add and lose them. */
const IGNORED = /[\s\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+/g;

/** X's epoch of ids, in ms since 1970. */
const POST_EPOCH_MS = 1_288_834_974_657n;

/**
 * The line to post: ASCII, no dot, no slash, no link, so that X changes nothing in it. The number is that of the chain's
 * newest handle claim. Null without a handle.
 */
export function postStatement(suite: CryptoSuite, chain: ChainState): string | null {
  if (chain.handle === undefined) return null;
  const seq = claimSeq(suite, chain);
  return `kith v1 @${chain.handle.handle} ${accountToText(chain.account)} seq ${seq} - my messenger key`;
}

function claimSeq(suite: CryptoSuite, chain: ChainState): number {
  const reads = chain.entries.map((encoded) => readEntry(suite, encoded));
  const claim = reads.findLast((read) => read.ok && read.value.entry.kind === ENTRY_KINDS.handleClaim);
  return claim?.ok ? claim.value.entry.seq : 0;
}

/** Whether a text is the statement and nothing else, whatever became of capitals, white space and bidi marks. */
export function isStatement(text: string, statement: string): boolean {
  if (text.length > MAX_ANSWER_CHARACTERS) return false;
  const plain = (value: string): string => value.replace(IGNORED, "").toLowerCase();
  return plain(text) === plain(statement);
}

/** A post as people name it: a link on x.com or twitter.com, or its number; null for anything else. */
export function parsePost(input: string): PostId | null {
  if (input.length > 512) return null;
  const text = input.trim();
  const [, digits] =
    /^(?:https?:\/\/)?(?:(?:www|mobile)\.)?(?:x|twitter)\.com\/\w{1,15}\/status\/([0-9]{1,20})(?:[/?#].*)?$/i.exec(
      text,
    ) ?? [];
  return parsePostId(digits ?? text);
}

/** When a post was made, in ms since 1970: X writes it into the number. */
export function postTimeMs(post: PostId): number {
  return Number((BigInt(post) >> 22n) + POST_EPOCH_MS);
}

/** What is looked for in an answer. */
export interface ExpectedPost {
  readonly handle: Handle;
  readonly post: PostId;
  readonly statement: string;
}

/**
 * Reads the JSON that X answers about a post (oEmbed). The author and the number that X names count, never those of the
 * question; of the text only the first paragraph of the post itself: not what it quotes, nor the display name.
 */
export function readPostAnswer(answer: string, expected: ExpectedPost): PostState {
  const fields = readFields(answer);
  if (fields === null) return "unreachable";
  const author = /^https:\/\/(?:x|twitter)\.com\/(\w{1,15})$/.exec(fields.author)?.[1];
  if (author === undefined) return "unreachable";
  if (normalHandle(author) !== expected.handle) return "other-author";
  const [, owner, post] = /^https:\/\/(?:x|twitter)\.com\/(\w{1,15})\/status\/([0-9]{1,20})$/.exec(fields.url) ?? [];
  if (owner === undefined || post === undefined) return "unreachable";
  if (normalHandle(owner) !== expected.handle) return "other-author";
  if (post !== expected.post) return "other-post";
  const paragraph = firstParagraph(fields.html);
  return paragraph !== null && isStatement(paragraph, expected.statement) ? "seen" : "no-statement";
}

interface AnswerFields {
  readonly author: string;
  readonly url: string;
  readonly html: string;
}

function readFields(answer: string): AnswerFields | null {
  if (answer.length > MAX_ANSWER_CHARACTERS) return null;
  const value = parseJson(answer);
  if (typeof value !== "object" || value === null) return null;
  const { author_url: author, url, html } = value as Readonly<Record<string, unknown>>;
  const isRead = typeof author === "string" && typeof url === "string" && typeof html === "string";
  return isRead ? { author, url, html } : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // it has one failure: no JSON
  }
}

/** The text of the first paragraph inside the quotation that the answer is; null when there is none. */
function firstParagraph(html: string): string | null {
  const [, inner] = /^\s*<blockquote\b[^<>]*>\s*<p\b[^<>]*>([\s\S]*?)<\/p>/i.exec(html) ?? [];
  return inner === undefined ? null : decodeEntities(inner.replace(/<[^<>]*>/g, " "));
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{1,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
  });
}
