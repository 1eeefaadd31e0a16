/** Hands envelopes straight to the other device; its acknowledgement proves that they are committed there. */
import {
  type DeviceId,
  decodeDirectAnswer,
  directAck,
  encodeDirectPut,
  envelopeIdOf,
  equalBytes,
  MAX_FRAME_BYTES,
  type RelayId,
  type RelayRef,
  sealEnvelope,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import { dialableReach } from "../people/hidden-address.ts";
import type { Peer } from "../people/people.ts";
import type { Channel } from "../ports.ts";
import type { OutboxEntry } from "./outbox.ts";

/** Room for the frame's own headers and those of its items, in bytes. */
const ITEM_OVERHEAD_BYTES = 32;

/** How long a device that did not answer directly is left in peace, in ms. */
const REST_MS = 30_000;

/** How long a message waits at most for a device that a relay has to introduce, in ms: most such dials end within it, or never. */
const INTRODUCED_WAIT_MS = 1000;

/** A dial under way; it goes on after nobody waits for it any more. */
interface Opening {
  readonly relay: RelayId;
  readonly channel: Promise<Channel | null>;
}

/** Direct channels, one a device. */
export class DirectCarrier {
  readonly #core: Core;
  readonly #onLateOpen: (device: DeviceId) => void;
  readonly #channels = new Map<DeviceId, Channel>();
  readonly #openings = new Map<DeviceId, Opening>();
  readonly #restUntilMs = new Map<DeviceId, number>();
  /** Where a device did not answer within the time: nothing waits for that place again before it has answered once. */
  readonly #slow = new Map<DeviceId, RelayId>();
  #isStopped = false;

  /** @param onLateOpen called when a channel opened after its rows had gone another way. */
  constructor(core: Core, onLateOpen: (device: DeviceId) => void) {
    this.#core = core;
    this.#onLateOpen = onLateOpen;
    core.people.onRemoved(({ device }) => this.#channels.get(device)?.close());
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

  /** Hands over a frame that nobody keeps, now or never. @returns whether the device answered. */
  async pass({ row }: Peer, frame: Uint8Array): Promise<boolean> {
    const { parameters } = this.#core;
    const { device } = row;
    const reach = dialableReach(this.#core, row);
    if (reach === undefined || this.isResting(device)) return false;
    const channel = await this.#channel(device, reach);
    const answer = await channel?.request(frame, parameters.directTimeoutMs);
    if (answer?.ok === true) return true;
    channel?.close();
    this.#rest(device);
    return false;
  }

  #rest(device: DeviceId): readonly OutboxEntry[] {
    this.#restUntilMs.set(device, this.#core.clock.monotonicMs() + REST_MS);
    return [];
  }

  /** The open channel, or one that opens within the time a message is held up for it. */
  async #channel(device: DeviceId, reach: NonNullable<Peer["row"]["reach"]>): Promise<Channel | null> {
    const open = this.#channels.get(device);
    if (open !== undefined && open.peer === reach.at.relay) return open;
    open?.close();
    const opening = this.#opening(device, reach.at);
    const { clock } = this.#core;
    const waitMs = this.#waitMs(device, reach.at);
    let isLate = false;
    const late = new Promise<null>((resolve) => {
      const cancel = clock.after(waitMs, () => {
        isLate = true;
        this.#slow.set(device, reach.at.relay);
        resolve(null);
      });
      void opening.channel.then((channel) => {
        cancel();
        if (channel === null) this.#slow.set(device, reach.at.relay);
        else this.#slow.delete(device);
        if (!isLate || channel === null) return;
        this.wake(device);
        this.#onLateOpen(device);
      });
    });
    return await Promise.race([opening.channel, late]);
  }

  /** How long a message is held up for a dial. */
  #waitMs(device: DeviceId, at: RelayRef): number {
    if (this.#slow.get(device) === at.relay) return 0;
    const { directTimeoutMs } = this.#core.parameters;
    const isIntroduced = at.addresses.every((address) => address.includes("/p2p-circuit"));
    return isIntroduced ? Math.min(directTimeoutMs, INTRODUCED_WAIT_MS) : directTimeoutMs;
  }

  #opening(device: DeviceId, at: RelayRef): Opening {
    const running = this.#openings.get(device);
    if (running?.relay === at.relay) return running;
    const opening = { relay: at.relay, channel: this.#open(device, at) };
    this.#openings.set(device, opening);
    void opening.channel.then(() => {
      if (this.#openings.get(device) === opening) this.#openings.delete(device);
    });
    return opening;
  }

  async #open(device: DeviceId, at: RelayRef): Promise<Channel | null> {
    const channel = await this.#core.network.open(at, "direct", "send");
    if (!channel.ok) return null;
    if (this.#isStopped || this.#core.people.peer(device)?.row.reach?.at.relay !== at.relay) {
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
