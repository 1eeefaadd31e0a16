/** Hands envelopes straight to the other device; its acknowledgement proves that they are committed there. */
import {
  type DeviceId,
  decodeDirectAnswer,
  directAck,
  encodeDirectPut,
  envelopeIdOf,
  equalBytes,
  MAX_FRAME_BYTES,
  sealEnvelope,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import type { Peer } from "../people/people.ts";
import type { Channel } from "../ports.ts";
import type { OutboxEntry } from "./outbox.ts";

/** Room for the frame's own headers and those of its items, in bytes. */
const ITEM_OVERHEAD_BYTES = 32;

/** How long a device that did not answer directly is left in peace, in ms. */
const REST_MS = 30_000;

/** Direct channels, one a device. */
export class DirectCarrier {
  readonly #core: Core;
  readonly #channels = new Map<DeviceId, Channel>();
  readonly #restUntilMs = new Map<DeviceId, number>();
  #isStopped = false;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Whether the last try failed a short while ago. */
  isResting(device: DeviceId): boolean {
    return (this.#restUntilMs.get(device) ?? 0) > this.#core.clock.monotonicMs();
  }

  /** The other side gave a sign of life or a new address. */
  wake(device: DeviceId): void {
    this.#restUntilMs.delete(device);
  }

  stop(): void {
    this.#isStopped = true;
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
  }

  /** Tries a frame of rows from the front; @returns those that the device has committed. */
  async carry(peer: Peer, entries: readonly OutboxEntry[]): Promise<readonly OutboxEntry[]> {
    const { device, sendQueue, reach } = peer.row;
    if (sendQueue === undefined || reach === undefined) return [];
    const channel = await this.#channel(device, reach);
    if (channel === null) return this.#rest(device);
    const side = this.#core.sides(sendQueue.secret, "direct");
    const items = fillFrame(entries, (entry) => ({
      entry,
      envelope: sealEnvelope(this.#core.suite, side, entry.row.message as Uint8Array),
    }));
    const frame = encodeDirectPut({ items: items.map(({ envelope }) => ({ queue: side.sendId, envelope })) });
    const answer = await channel.request(frame, this.#core.parameters.directTimeoutMs);
    const acks = answer.ok ? decodeDirectAnswer(answer.value) : answer;
    if (!acks.ok) {
      channel.close();
      return this.#rest(device);
    }
    const taken = items.filter(({ envelope }, index) => {
      const expected = directAck(this.#core.suite, side.macKey, envelopeIdOf(this.#core.suite, envelope));
      return equalBytes(acks.value.acks[index] ?? new Uint8Array(0), expected);
    });
    if (taken.length === 0) return this.#rest(device);
    return taken.map(({ entry }) => entry);
  }

  #rest(device: DeviceId): readonly OutboxEntry[] {
    this.#restUntilMs.set(device, this.#core.clock.monotonicMs() + REST_MS);
    return [];
  }

  async #channel(device: DeviceId, reach: NonNullable<Peer["row"]["reach"]>): Promise<Channel | null> {
    const open = this.#channels.get(device);
    if (open !== undefined && open.peer === reach.at.relay) return open;
    open?.close();
    const channel = await this.#core.network.open(reach.at, "direct", "send");
    if (!channel.ok) return null;
    if (this.#isStopped) {
      channel.value.close();
      return null;
    }
    this.#channels.set(device, channel.value);
    channel.value.onClose(() => {
      if (this.#channels.get(device) === channel.value) this.#channels.delete(device);
    });
    return channel.value;
  }
}

/** As many items from the front as one frame holds. */
export function fillFrame<T extends { readonly envelope: Uint8Array }>(
  entries: readonly OutboxEntry[],
  seal: (entry: OutboxEntry) => T,
): readonly T[] {
  const items: T[] = [];
  let leftBytes = MAX_FRAME_BYTES - ITEM_OVERHEAD_BYTES;
  for (const entry of entries) {
    const item = seal(entry);
    leftBytes -= item.envelope.length + ITEM_OVERHEAD_BYTES;
    if (leftBytes < 0) break;
    items.push(item);
  }
  return items;
}
