/** Puts mails about groups into the outboxes of devices, all of a step in one batch with what caused them. */
import {
  type AccountId,
  type ContentId,
  type DeviceId,
  type GroupId,
  type GroupMail,
  groupContent,
  MAX_MAILED_OPERATIONS,
  QUEUED,
  toHex,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { DeviceDelivery } from "../message/message-row.ts";
import { hasSessions } from "../people/contact-row.ts";
import type { Sender } from "../send/carrier.ts";
import { queueForPeer } from "../send/compose.ts";
import { createTable, KEY_END, type Table } from "../store/table.ts";
import { type UnmetRow, unmetRowShape } from "./group-row.ts";

/** A device that something is told. */
export interface Recipient {
  readonly account: AccountId;
  readonly device: DeviceId;
}

/** A mail for one device; every mail of a message has the id of its content. */
export interface Letter extends Recipient {
  readonly mail: GroupMail;
  readonly id?: ContentId;
  /** Set for what vanishes: no device keeps it for long while it is on its way. */
  readonly vanishAfterMs?: number | undefined;
}

/** Contents kept for one device that was not met yet. */
const MAX_UNMET = 256;

const COUNTER_DIGITS = 12;

/** Operations of one mail, in bytes: beside them a request has a prekey message, a card and what certifies the device. */
const MAX_PART_BYTES = 5 * 1024;

/** The outgoing side of groups. */
export class GroupMailer {
  readonly #core: Core;
  readonly #sender: Sender;
  readonly #unmet: Table<UnmetRow>;
  readonly #waiting = new Map<DeviceId, number>();
  #counter = 0;

  constructor(core: Core, sender: Sender) {
    this.#core = core;
    this.#sender = sender;
    this.#unmet = createTable(core.store, "group-unmet", unmetRowShape);
  }

  /** Takes up what waited at the last stop. */
  async load(): Promise<void> {
    for (const { key, value } of await this.#unmet.list()) {
      this.#waiting.set(value.device, (this.#waiting.get(value.device) ?? 0) + 1);
      this.#counter = Math.max(this.#counter, Number(key.split("/")[1]));
    }
  }

  /** Steps of a group one after the other; inside it people's locks may be taken, never the other way round. */
  inTurn<T>(group: GroupId, task: () => Promise<T>): Promise<T> {
    return this.#core.lock.run(`group/${group}`, task);
  }

  /**
   * Queues letters and commits them together with what `also` adds; resolves when all is on disk.
   * The locks of all recipients are held until then, in one order everywhere: sessions are written in their order.
   */
  async post<T = void>(
    letters: readonly Letter[],
    also: (draft: Draft, deliveries: readonly DeviceDelivery[]) => T = () => undefined as T,
  ): Promise<T> {
    const accounts = [...new Set(letters.map(({ account }) => account))].sort();
    let committed: Promise<void> = Promise.resolve();
    const result = await this.#holding(accounts, async () => {
      const draft = new Draft(this.#core);
      const deliveries: DeviceDelivery[] = [];
      for (const letter of letters) deliveries.push(await this.#queue(draft, letter));
      const made = also(draft, deliveries);
      committed = draft.commit();
      return made;
    });
    await committed;
    return result;
  }

  #holding<T>(accounts: readonly AccountId[], task: () => Promise<T>): Promise<T> {
    const [first, ...rest] = accounts;
    return first === undefined ? task() : this.#core.lock.run(first, () => this.#holding(rest, task));
  }

  async #queue(draft: Draft, { account, device, mail, id, vanishAfterMs }: Letter): Promise<DeviceDelivery> {
    const core = this.#core;
    const contact = core.people.contact(account);
    const peer = core.people.peer(device);
    const head = {
      id: id ?? (toHex(core.random(16)) as ContentId),
      sentAtMs: core.clock.nowMs(),
      ...(vanishAfterMs === undefined ? {} : { vanishAfterMs }),
    };
    const content = groupContent(head, mail);
    const isMet = contact !== undefined && peer !== undefined && contact.relation !== "requesting";
    if (isMet) return queueForPeer(core, this.#sender.outbox, draft, { contact, peer, content });
    const count = this.#waiting.get(device) ?? 0;
    if (count < MAX_UNMET) {
      this.#counter += 1;
      this.#waiting.set(device, count + 1);
      const key = `${core.people.peerKey(device)}/${String(this.#counter).padStart(COUNTER_DIGITS, "0")}`;
      draft.add(this.#unmet.put(key, { account, device, content }));
    }
    return { device, record: QUEUED, relayCount: 0 };
  }

  /** Devices that something waits for until they are met. */
  waiting(): readonly DeviceId[] {
    return [...this.#waiting.keys()];
  }

  /** Queues what waited for a device that is known now. */
  async release({ account, device }: Recipient): Promise<void> {
    const core = this.#core;
    if (!this.#waiting.has(device)) return;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(account, async () => {
      const contact = core.people.contact(account);
      if (contact === undefined || !hasSessions(contact.relation)) return;
      const prefix = `${core.people.peerKey(device)}/`;
      const draft = new Draft(core);
      for (const { key, value } of await this.#unmet.range(prefix, prefix + KEY_END)) {
        const peer = core.people.peer(device);
        if (peer === undefined) return;
        await queueForPeer(core, this.#sender.outbox, draft, { contact, peer, content: value.content });
        draft.add(this.#unmet.remove(key));
      }
      this.#waiting.delete(device);
      committed = draft.commit();
    });
    await committed;
  }
}

/** Operations in mails that each fit a request: the first ones may have to go to somebody's box. */
export function inParts(operations: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const parts: Uint8Array[][] = [];
  let sizeBytes = 0;
  for (const encoded of operations) {
    const last = parts.at(-1);
    sizeBytes += encoded.length;
    if (last === undefined || sizeBytes > MAX_PART_BYTES || last.length >= MAX_MAILED_OPERATIONS) {
      parts.push([encoded]);
      sizeBytes = encoded.length;
    } else last.push(encoded);
  }
  return parts;
}
