/**
 * What a relay tells other relays unasked, and what becomes of what they tell: accounts that were published, so that two
 * histories of one meet somewhere; proofs that one showed two; addresses of relays.
 */
import type { Cancel, Clock } from "@kith/client";
import type { Gossip, GossipVerdict } from "@kith/client/net";
import {
  type CryptoSuite,
  decodeAccountRecord,
  decodeGossipNote,
  encodeAccountRecord,
  encodeGossipNote,
  verifyEquivocation,
} from "@kith/protocol";
import type { DirectoryService } from "./directory-contract.ts";
import type { RelayService } from "./relay-service.ts";

/** What gossip is made of. */
export interface GossipDeskOptions {
  readonly gossip: Gossip;
  readonly directory: Pick<DirectoryService, "hear" | "accuse">;
  readonly relay: Pick<RelayService, "ownRecord" | "rememberRelay">;
  readonly suite: CryptoSuite;
  readonly clock: Clock;
  /** Told of each good proof that came, whoever it is about. */
  readonly onProof: (proof: Uint8Array) => void;
}

/** A relay says where it is this long after its start, and this often, in ms. */
const FIRST_ANNOUNCEMENT_MS = 30_000;
const ANNOUNCEMENT_MS = 3600 * 1000;

/** The gossip of one relay. */
export class GossipDesk {
  readonly #options: GossipDeskOptions;
  #cancel: Cancel = () => undefined;

  constructor(options: GossipDeskOptions) {
    this.#options = options;
    options.gossip.listen("heads", (note) => this.#hear(note));
    options.gossip.listen("relays", (record) => this.#meet(record));
  }

  start(): void {
    this.#announceIn(FIRST_ANNOUNCEMENT_MS);
  }

  stop(): void {
    this.#cancel();
  }

  /** Tells of an account that was published here. */
  tellAccount(record: Uint8Array): void {
    const decoded = decodeAccountRecord(record);
    if (!decoded.ok) return;
    const { claim, chain } = decoded.value;
    this.#tell({ type: "account", record: encodeAccountRecord({ claim, chain, cards: [] }) });
  }

  /** Tells of an account that was seen here to show two histories. */
  tellProof(proof: Uint8Array): void {
    this.#tell({ type: "equivocation", proof });
    this.#options.onProof(proof);
  }

  #tell(note: Parameters<typeof encodeGossipNote>[0]): void {
    this.#options.gossip.tell("heads", encodeGossipNote(note));
  }

  async #hear(encoded: Uint8Array): Promise<GossipVerdict> {
    const note = decodeGossipNote(encoded);
    if (!note.ok) return "reject";
    if (note.value.type === "account") return await this.#options.directory.hear(note.value.record);
    const { proof } = note.value;
    if (!(await verifyEquivocation(this.#options.suite, proof)).ok) return "reject";
    await this.#options.directory.accuse(proof);
    this.#options.onProof(proof);
    return "accept";
  }

  async #meet(record: Uint8Array): Promise<GossipVerdict> {
    const remembered = await this.#options.relay.rememberRelay(record);
    if (remembered.ok) return "accept";
    return remembered.error.code === "relay-record-expired" ? "ignore" : "reject";
  }

  #announceIn(delayMs: number): void {
    this.#cancel = this.#options.clock.after(delayMs, () => {
      void this.#options.relay.ownRecord().then((record) => {
        if (record !== null) this.#options.gossip.tell("relays", record);
      });
      this.#announceIn(ANNOUNCEMENT_MS);
    });
  }
}
