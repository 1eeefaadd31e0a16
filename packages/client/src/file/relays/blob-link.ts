/** Requests about the blobs of one file on one relay, asked again for as long as the relay only says "later". */
import {
  type BlobKey,
  type BlobRequest,
  type BlobResponse,
  type BlobSpaceKey,
  blobRequest,
  blobResponse,
  blobWorkBits,
  decodeAs,
  deriveBlob,
  deriveBlobSpace,
  encodeAs,
  err,
  MAX_BLOBS_PER_FRAME,
  MAX_FRAME_BYTES,
  ok,
  type Result,
} from "@kith/protocol";
import type { Core } from "../../core.ts";
import type { RelaySession } from "../../relay/relay-session.ts";
import { earnAccess } from "../../relay/work.ts";
import { ANSWER_TIMEOUT_MS } from "../pull-units.ts";

/** How long is waited at a relay that does not say how long, and at most, in ms. */
const LATER_MS = 500;
const LONGEST_LATER_MS = 30_000;

/** How often a relay may say "later" to one request. */
const MAX_LATER = 120;

/** lost: the link, or an answer that is none · full: no room, or more than this sender may have · gone: not there. */
export type BlobError = "lost" | "stopped" | "gone" | "full" | "too-large" | "unsupported";

type Answer<T extends BlobResponse["type"]> = Extract<BlobResponse, { readonly type: T }>;
type Worker = Pick<Core, "account" | "clock" | "random" | "suite">;

/** One file at one relay. */
export class BlobLink {
  readonly #core: Worker;
  readonly #session: RelaySession;
  readonly #fileKey: Uint8Array;
  readonly #signal: AbortSignal;

  constructor(core: Worker, session: RelaySession, fileKey: Uint8Array, signal: AbortSignal) {
    this.#core = core;
    this.#session = session;
    this.#fileKey = fileKey;
    this.#signal = signal;
    signal.addEventListener("abort", () => session.close(), { once: true });
  }

  /** @param number of the unit; the hash list follows the last one. */
  keyOf(number: number): BlobKey {
    return deriveBlob(this.#core.suite, this.#fileKey, this.#session.relay, number);
  }

  /** The space of an own file. */
  get space(): BlobSpaceKey {
    return deriveBlobSpace(this.#core.suite, this.#core.account.ownerSeed, this.#fileKey, this.#session.relay);
  }

  /** Which of the blobs from 0 to `last` are there. */
  async have(last: number): Promise<Result<readonly boolean[], BlobError>> {
    const found: boolean[] = [];
    while (found.length <= last) {
      const numbers = Array.from({ length: Math.min(MAX_BLOBS_PER_FRAME, last + 1 - found.length) }, (_, at) => at);
      const blobs = numbers.map((at) => this.keyOf(found.length + at).blob);
      const answer = await this.ask({ type: "have", blobs }, "have");
      if (!answer.ok) return answer;
      const { bitmap } = answer.value;
      if (bitmap.length !== Math.ceil(blobs.length / 8)) return err("lost");
      found.push(...numbers.map((at) => ((bitmap[at >> 3] ?? 0) & (0x80 >> (at & 7))) !== 0));
    }
    return ok(found);
  }

  /** Reserves room; costs nothing where it is reserved already. */
  async reserve(sizeBytes: number): Promise<Result<true, BlobError>> {
    const { space, ownerKey } = this.space;
    const free = await this.ask({ type: "create", space, ownerKey, sizeBytes, access: { type: "none" } }, "done");
    if (free.ok) return ok(true);
    if (free.error !== "full") return free;
    const subject = { operation: "blobCreate", space, sizeBytes } as const;
    const bits = blobWorkBits(this.#session.info.work.create, sizeBytes);
    const access = await earnAccess(this.#core, this.#session, subject, bits);
    const paid = await this.ask({ type: "create", space, ownerKey, sizeBytes, access }, "done");
    return paid.ok ? ok(true) : paid;
  }

  /** Asks, and asks again after a while where the relay is busy or this sender too fast. */
  async ask<T extends BlobResponse["type"]>(request: BlobRequest, expected: T): Promise<Result<Answer<T>, BlobError>> {
    const frame = encodeAs(blobRequest, request);
    for (let tries = 0; tries < MAX_LATER; tries++) {
      if (this.#signal.aborted) return err("stopped");
      const sent = await this.#sendOrStop(frame);
      if (sent === "stopped") return err(sent);
      if (!sent.ok) return err(sent.error.code === "unsupported" ? "unsupported" : "lost");
      const answer = decodeAs(blobResponse, sent.value, MAX_FRAME_BYTES);
      if (!answer.ok) return err("lost");
      if (answer.value.type === expected) return ok(answer.value as Answer<T>);
      if (answer.value.type !== "error") return err("lost");
      const { code, retryAfterMs = LATER_MS } = answer.value;
      const isLater = (code === "busy" || code === "rate-limited") && retryAfterMs <= LONGEST_LATER_MS;
      if (!isLater) return err(ERRORS[code] ?? "lost");
      await this.#pause(retryAfterMs);
    }
    return err("lost");
  }

  /** An answer may take its time; whoever stops does not wait for it. */
  async #sendOrStop(frame: Uint8Array): Promise<Awaited<ReturnType<RelaySession["ask"]>> | "stopped"> {
    let onAbort: () => void = () => undefined;
    const stopped = new Promise<"stopped">((resolve) => {
      onAbort = () => resolve("stopped");
      this.#signal.addEventListener("abort", onAbort, { once: true });
    });
    try {
      return await Promise.race([this.#session.ask(frame, ANSWER_TIMEOUT_MS), stopped]);
    } finally {
      this.#signal.removeEventListener("abort", onAbort);
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        this.#signal.removeEventListener("abort", end);
        resolve();
      };
      const cancel = this.#core.clock.after(delayMs, end);
      this.#signal.addEventListener("abort", end);
    });
  }
}

/** What a refusal means for a file; work that is needed means that there is no room for nothing. */
const ERRORS: { readonly [code: string]: BlobError } = {
  "unknown-queue": "gone",
  "queue-full": "full",
  "relay-full": "full",
  "rate-limited": "full",
  "work-needed": "full",
  spent: "full",
  "too-large": "too-large",
  unsupported: "unsupported",
};
