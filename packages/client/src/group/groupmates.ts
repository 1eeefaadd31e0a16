/** Members who may be strangers: where they can be met, and meeting them. */
import {
  type AccountId,
  type BoxRef,
  type DeviceId,
  fromHex,
  type GroupId,
  type GroupLog,
  type GroupPlace,
  holderOf,
  isThere,
  linkToken,
  memberOf,
  nextParents,
} from "@kith/protocol";
import { Draft } from "../core.ts";
import type { GroupBook } from "./group-book.ts";
import type { GroupMailer, Recipient } from "./group-mailer.ts";
import type { GroupParts } from "./group-service.ts";

interface Parts extends Pick<GroupParts, "core" | "meet"> {
  readonly book: GroupBook;
  readonly mailer: GroupMailer;
}

/** What a member shows of whom the newcomer knows no log yet: only members, and who has the link, know the group's whole name. */
export function meetSecretOf(group: GroupId): Uint8Array {
  return fromHex(group).slice(0, 16);
}

function cameByLink({ operations }: GroupLog, device: DeviceId): boolean {
  return operations.some(({ read: { operation } }) => {
    return operation.device === device && operation.act.type === "join" && operation.act.pass !== undefined;
  });
}

/** Gets to know the members of all groups that this account has joined. */
export class Groupmates {
  readonly #parts: Parts;
  #isStopped = false;
  #isMeeting = false;
  #isAskedAgain = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Whether somebody belongs to a group of this account, or of one it went from, or is asked to. */
  isGroupmate(account: AccountId): boolean {
    return this.#parts.book.all().some(({ row, log }) => {
      return row.standing !== "invited" && isThere(log.state, account);
    });
  }

  /**
   * What requests to a device show where one of the two came by a link, also in vain: the newcomer may hear of the others
   * before it has the log, and they of it before they have heard of its join.
   */
  tokenFor(device: DeviceId): Uint8Array | undefined {
    const { core, book } = this.#parts;
    const found = book.all().find(({ row, log }) => {
      const isMate = row.standing !== "invited" && holderOf(log.state, device) !== undefined;
      return cameByLink(log, device) || (isMate && cameByLink(log, core.account.device.deviceId));
    });
    return found && linkToken(core.suite, meetSecretOf(found.row.group));
  }

  /** Where members other than one can be met, as far as it is known here. */
  placesOf({ state }: GroupLog, except: AccountId): readonly GroupPlace[] {
    const accounts = state.members.map(({ account }) => account);
    return accounts.filter((account) => account !== except).flatMap((account) => this.placesOfDevices(account));
  }

  /** Where the devices of an account can be met. */
  placesOfDevices(account: AccountId): readonly GroupPlace[] {
    return this.#parts.core.people.peersOf(account).flatMap(({ row: { device, boxes } }) =>
      boxes.map(({ boxId, relay }) => ({
        account,
        device,
        box: boxId,
        relay: relay.relay,
        addresses: relay.addresses,
      })),
    );
  }

  /** Meets everybody who was not met yet and can be found; then sends what waited for them. */
  async meetAll(): Promise<void> {
    this.#isAskedAgain = true;
    if (this.#isMeeting) return;
    this.#isMeeting = true;
    try {
      while (this.#isAskedAgain && !this.#isStopped) {
        this.#isAskedAgain = false;
        await this.#meetOnce();
      }
    } finally {
      this.#isMeeting = false;
    }
  }

  async #meetOnce(): Promise<void> {
    for (const { row, log } of this.#parts.book.all()) {
      if (row.standing !== "joined") continue;
      for (const { account, devices } of log.state.members) {
        for (const { device } of devices) await this.#meet(log, { account, device });
      }
      for (const to of this.#outside(log)) await this.reach(to);
    }
  }

  /** Devices of people who do not belong to the group any more, for whom something waits: that they are out. */
  #outside({ state, operations }: GroupLog): readonly Recipient[] {
    const waiting = this.#parts.mailer.waiting();
    const joined = operations.flatMap(({ read: { operation } }) => {
      const { act, author: account, device } = operation;
      return act.type === "join" && memberOf(state, account) === undefined ? [{ account, device }] : [];
    });
    return joined.filter(({ device }) => waiting.includes(device));
  }

  async #meet(log: GroupLog, to: Recipient): Promise<void> {
    const found = await this.#find(to);
    // First, since it fits any box.
    if (found === "met") await this.greet(to, log);
    if (found !== "lost") await this.#parts.mailer.release(to);
  }

  /** Meets a device if it was not met yet, and sends what waited for it. @returns whether it is known now. */
  async reach(to: Recipient): Promise<boolean> {
    if ((await this.#find(to)) === "lost") return false;
    await this.#parts.mailer.release(to);
    return true;
  }

  /** @returns met: just now · known: before. */
  async #find(to: Recipient): Promise<"met" | "known" | "lost"> {
    const { account, device } = to;
    const { core, book, meet } = this.#parts;
    const relation = core.people.contact(account)?.relation;
    if (device === core.account.device.deviceId || relation === "blocked" || this.#isStopped) return "lost";
    if (relation === "requesting") await this.#recognize(account);
    const peer = core.people.peer(device);
    const isLost = peer === undefined || (peer.session.current === null && peer.row.boxes.length === 0);
    // Our own devices meet by their own ways.
    if (!isLost || account === core.account.id) return "known";
    const boxes = book.places(device).map(({ box, relay, addresses }): BoxRef => {
      return { boxId: box, relay: { relay, addresses } };
    });
    return boxes.length > 0 && (await meet(to, boxes)) ? "met" : "lost";
  }

  /** Tells a device our heads: they are asked for what it lacks, and fit any box, so that there are queues for what does not. */
  greet(to: Recipient, log: GroupLog): Promise<void> {
    return this.#parts.mailer.post([{ ...to, mail: { type: "heads", group: log.group, heads: nextParents(log) } }]);
  }

  /** Somebody whose mail came before we knew that they belong to the group has not asked for anything. */
  async #recognize(account: AccountId): Promise<void> {
    const { core } = this.#parts;
    await core.lock.run(account, async () => {
      const contact = core.people.contact(account);
      if (contact?.relation !== "requesting" || (await core.messages.list(account, 1)).length > 0) return;
      const draft = new Draft(core);
      draft.add(core.people.setContact({ ...contact, relation: "member" }));
      await draft.commit();
    });
  }
}
