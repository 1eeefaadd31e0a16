/** One item as bytes, and items as the bodies of as few contents as hold them. */
import {
  decodeSync,
  encodeSync,
  MAX_BODY_BYTES,
  MAX_SYNC_ITEMS,
  SYNC_OVERHEAD_BYTES,
  type SyncItem,
  syncItemBytes,
} from "@kith/protocol";

/** Encodes one item. */
export function encodeItem(item: SyncItem): Uint8Array {
  return encodeSync([item]);
}

/** Reads one item; null for what is none. */
export function decodeItem(encoded: Uint8Array): SyncItem | null {
  const body = decodeSync(encoded);
  return body.ok ? (body.value.items[0] ?? null) : null;
}

/** Kinds that came later than the first version. */
const ALONE: ReadonlySet<SyncItem["type"]> = new Set(["backup", "draft", "picture", "reached"]);

/** Bodies that hold the items in their order; an item that fits none is left out. */
export function packItems(items: readonly SyncItem[]): readonly Uint8Array[] {
  const bodies: Uint8Array[] = [];
  let packed: SyncItem[] = [];
  let sizeBytes = SYNC_OVERHEAD_BYTES;
  const close = (): void => {
    if (packed.length > 0) bodies.push(encodeSync(packed));
    packed = [];
    sizeBytes = SYNC_OVERHEAD_BYTES;
  };
  for (const item of items) {
    const itemBytes = syncItemBytes(item) + SYNC_OVERHEAD_BYTES;
    if (itemBytes + SYNC_OVERHEAD_BYTES > MAX_BODY_BYTES) continue;
    // An earlier version, which does not know such an item, refuses the content that holds one.
    const isAlone = ALONE.has(item.type);
    if (isAlone || sizeBytes + itemBytes > MAX_BODY_BYTES || packed.length >= MAX_SYNC_ITEMS) close();
    packed.push(item);
    sizeBytes += itemBytes;
    if (isAlone) close();
  }
  close();
  return bodies;
}
