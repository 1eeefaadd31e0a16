/** The part of a directory node that is a witness: notes every account it is given, and says what it has seen of one. */
import type { Store } from "@kith/client";
import {
  type ChainState,
  type CryptoSuite,
  type DirectoryResponse,
  decodeAccountRecord,
  InvariantError,
  type NetId,
  type RelayId,
  rereadChain,
  signWitness,
  toHex,
  verifyEquivocation,
} from "@kith/protocol";
import type { HeldClaim } from "./directory-row.ts";
import { WitnessLedger } from "./witness-ledger.ts";

/** What a witness works with. */
export interface WitnessDeskOptions {
  readonly relay: RelayId;
  /** 32-byte Ed25519 seed of the node's PeerId. */
  readonly signingSeed: Uint8Array;
  readonly netId: NetId;
  readonly store: Store;
  readonly suite: CryptoSuite;
  /** Chains remembered for everybody together. */
  readonly maxBytes: number;
  readonly onProof: (proof: Uint8Array) => void;
}

/** Accounts noted lately: a publication brings one record under eight keys. */
const MAX_NOTED = 1024;

/** Heads that others told of lately, and for how long they are not passed on again, in ms. */
const MAX_HEARD = 4096;
const HEARD_MS: number = 10 * 60 * 1000;

/** The witness. Records that come here were verified, work and all. */
export class WitnessDesk {
  readonly ledger: WitnessLedger;
  readonly #options: WitnessDeskOptions;
  readonly #noted = new Map<string, string>();
  readonly #heard = new Map<string, number>();

  constructor(options: WitnessDeskOptions) {
    this.#options = options;
    this.ledger = new WitnessLedger(options);
  }

  /** Remembers the chain of a record that came to be kept. */
  async note(held: HeldClaim, nowMs: number): Promise<void> {
    const head = toHex(held.chainHead.hash);
    if (this.#noted.get(held.account) === head) return;
    await this.ledger.see(this.#chainOf(held), nowMs);
    this.#noted.set(held.account, head);
    const [oldest] = this.#noted.keys();
    if (this.#noted.size > MAX_NOTED && oldest !== undefined) this.#noted.delete(oldest);
  }

  /** Compares an account that another node tells of with what was seen; false when it was told of lately. */
  async hear(held: HeldClaim, nowMs: number): Promise<boolean> {
    const name = `${held.account} ${toHex(held.chainHead.hash)}`;
    const lastMs = this.#heard.get(name) ?? Number.NEGATIVE_INFINITY;
    if (Math.abs(nowMs - lastMs) < HEARD_MS) return false;
    this.#heard.delete(name);
    this.#heard.set(name, nowMs);
    const [oldest] = this.#heard.keys();
    if (this.#heard.size > MAX_HEARD && oldest !== undefined) this.#heard.delete(oldest);
    await this.ledger.see(this.#chainOf(held), nowMs);
    return true;
  }

  /** Takes over a proof that comes from elsewhere; false when it is not good or says nothing new here. */
  async accuse(proof: Uint8Array): Promise<boolean> {
    const proven = await verifyEquivocation(this.#options.suite, proof);
    return proven.ok && (await this.ledger.accuse(proven.value, proof));
  }

  /** Signs what was seen of the chain of a record, or shows what was seen instead. */
  async answer(held: HeldClaim, nowMs: number): Promise<DirectoryResponse> {
    const chain = this.#chainOf(held);
    const sighting = await this.ledger.see(chain, nowMs);
    switch (sighting.type) {
      case "seen":
        return { type: "witnessed", statement: await this.#sign(chain, sighting.sinceMs, nowMs) };
      case "unseen":
        return { type: "error", code: "unseen" };
      case "full":
        return { type: "error", code: "quota" };
      case "other":
        return { type: "other-chain", chain: sighting.chain };
      case "equivocation":
        return { type: "equivocation", proof: sighting.proof };
    }
  }

  #sign({ account, head }: ChainState, sinceMs: number, atMs: number): Promise<Uint8Array> {
    const { suite, signingSeed, netId, relay: node } = this.#options;
    return signWitness(suite, signingSeed, { netId, account, head, node, sinceMs, atMs });
  }

  #chainOf(held: HeldClaim): ChainState {
    const record = decodeAccountRecord(held.record);
    const chain = record.ok ? rereadChain(this.#options.suite, record.value.chain) : record;
    if (!chain.ok) throw new InvariantError("a record that was verified can be read");
    return chain.value;
  }
}
