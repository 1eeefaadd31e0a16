/**
 * Asks X about one post, through its documented oEmbed address that needs no account. Everything is bounded: where it
 * asks, how long, how much it reads and of which type, and what it follows.
 */
import type { FetchPost, PostAnswer } from "@kith/client/trust";

/** Where and how long is asked. */
export interface PostFetchOptions {
  /** Without a query. */
  readonly endpoint: string;
  readonly timeoutMs: number;
}

const DEFAULTS: PostFetchOptions = Object.freeze({
  endpoint: "https://publish.twitter.com/oembed",
  timeoutMs: 5000,
});

/** Where a redirect may lead, beside the place that was asked. */
const HOSTS: readonly string[] = ["publish.twitter.com", "publish.x.com"];

const MAX_REDIRECTS = 2;
const MAX_BODY_BYTES: number = 64 * 1024;

const UNREACHABLE: PostAnswer = Object.freeze({ type: "unreachable" });

/** Makes what asks. The address is built from a handle and digits only, never from what a record says. */
export function createPostFetch(given: Partial<PostFetchOptions> = {}): FetchPost {
  const { endpoint, timeoutMs } = { ...DEFAULTS, ...given };
  return async (handle, post) => {
    const url = new URL(endpoint);
    url.searchParams.set("omit_script", "1");
    url.searchParams.set("dnt", "1");
    url.searchParams.set("url", `https://twitter.com/${handle}/status/${post}`);
    try {
      return await follow(url, AbortSignal.timeout(timeoutMs));
    } catch {
      return UNREACHABLE; // no connection, cut off or too slow: all say nothing about the post
    }
  };
}

async function follow(start: URL, signal: AbortSignal): Promise<PostAnswer> {
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(url, { redirect: "manual", signal, headers: { accept: "application/json" } });
    const next = nextPlace(response, url, start);
    if (next === null) return await readAnswer(response);
    await response.body?.cancel();
    if (next === "refused") return UNREACHABLE;
    url = next;
  }
  return UNREACHABLE;
}

/** Where a redirect leads; null for an answer. */
function nextPlace(response: Response, from: URL, start: URL): URL | "refused" | null {
  if (response.status < 300 || response.status > 399) return null;
  const location = response.headers.get("location") ?? "";
  const next = URL.canParse(location, from) ? new URL(location, from) : null;
  if (next === null) return "refused";
  const isKnown = next.host === start.host || (next.protocol === "https:" && HOSTS.includes(next.host));
  return isKnown && next.protocol === start.protocol ? next : "refused";
}

async function readAnswer(response: Response): Promise<PostAnswer> {
  const type = response.headers.get("content-type") ?? "";
  const isJson = /^application\/json(?:;|$)/i.test(type);
  if (response.status !== 200 || !isJson) {
    await response.body?.cancel();
    return response.status === 404 ? { type: "gone" } : UNREACHABLE;
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return UNREACHABLE;
    chunks.push(chunk);
  }
  return { type: "answer", body: Buffer.concat(chunks).toString("utf8") };
}
