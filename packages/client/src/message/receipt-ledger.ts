/** Receipts owed to devices: written in the batch of their cause, taken along by what leaves for the device next. */
import { type ContentId, type DeviceId, MAX_RECEIPTS } from "@kith/protocol";
import type { People } from "../people/people.ts";
import type { Store, StoreChange } from "../ports.ts";
import { KEY_END } from "../store/table.ts";

/** What a receipt says. */
export type ReceiptKind = "delivered" | "read";

/** Receipts as a payload carries them. */
export interface TakenReceipts {
  readonly delivered?: readonly ContentId[];
  readonly read?: readonly ContentId[];
}

type Owed = { readonly [K in ReceiptKind]: Set<ContentId> };

const PREFIX = "receipt/";
const NOTHING = new Uint8Array(0);

/** All receipts still owed. */
export class ReceiptLedger {
  readonly #store: Store;
  readonly #people: People;
  readonly #owed = new Map<DeviceId, Owed>();

  constructor(store: Store, people: People) {
    this.#store = store;
    this.#people = people;
  }

  /** Takes up what was owed at the last stop. */
  async load(): Promise<void> {
    const deviceByKey = new Map(this.#people.peers().map(({ row }) => [this.#people.peerKey(row.device), row.device]));
    for (const [key] of await this.#store.entries({ gte: PREFIX, lt: PREFIX + KEY_END })) {
      const [peerKey, kind, id] = key.slice(PREFIX.length).split("/");
      const device = deviceByKey.get(peerKey ?? "");
      if (device !== undefined) this.#of(device)[kind as ReceiptKind].add(id as ContentId);
    }
  }

  /** Devices that are owed something. */
  devices(): readonly DeviceId[] {
    return [...this.#owed.keys()].filter((device) => this.isOwed(device));
  }

  isOwed(device: DeviceId): boolean {
    const owed = this.#owed.get(device);
    return owed !== undefined && owed.delivered.size + owed.read.size > 0;
  }

  /** Owes a receipt; the change belongs into the batch of its cause. */
  owe(device: DeviceId, kind: ReceiptKind, id: ContentId): StoreChange {
    this.#of(device)[kind].add(id);
    return { key: this.#key(device, kind, id), value: NOTHING };
  }

  /** Takes as many as one payload carries; the changes belong into the batch that queues it. */
  take(device: DeviceId): { readonly receipts: TakenReceipts; readonly changes: readonly StoreChange[] } {
    const owed = this.#owed.get(device);
    if (owed === undefined) return { receipts: {}, changes: [] };
    const delivered = takeSome(owed.delivered);
    const read = takeSome(owed.read);
    return {
      receipts: { ...(delivered.length === 0 ? {} : { delivered }), ...(read.length === 0 ? {} : { read }) },
      changes: [
        ...delivered.map((id) => ({ key: this.#key(device, "delivered", id) })),
        ...read.map((id) => ({ key: this.#key(device, "read", id) })),
      ],
    };
  }

  /** The changes that forget what is owed to a device. */
  drop(device: DeviceId): readonly StoreChange[] {
    const { delivered, read } = this.#of(device);
    this.#owed.delete(device);
    return [
      ...[...delivered].map((id) => ({ key: this.#key(device, "delivered", id) })),
      ...[...read].map((id) => ({ key: this.#key(device, "read", id) })),
    ];
  }

  #of(device: DeviceId): Owed {
    const owed = this.#owed.get(device) ?? { delivered: new Set(), read: new Set() };
    this.#owed.set(device, owed);
    return owed;
  }

  #key(device: DeviceId, kind: ReceiptKind, id: ContentId): string {
    return `${PREFIX}${this.#people.peerKey(device)}/${kind}/${id}`;
  }
}

function takeSome(ids: Set<ContentId>): readonly ContentId[] {
  const taken = [...ids].slice(0, MAX_RECEIPTS);
  for (const id of taken) ids.delete(id);
  return taken;
}
