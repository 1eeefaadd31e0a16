/** The devices of this account in its groups: each brings itself in, new ones are told, those that are revoked are retired. */
import type { DeviceId, GroupAct, GroupId } from "@kith/protocol";
import { memberOf } from "@kith/protocol";
import type { Core } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Cancel } from "../ports.ts";
import type { GroupBook, KnownGroup } from "./group-book.ts";
import type { GroupLetters } from "./group-letters.ts";
import type { GroupMailer, Recipient } from "./group-mailer.ts";
import { MAX_TOLD } from "./group-row.ts";
import { ownCertificate } from "./own-operation.ts";

/** How long a device waits for each one before it in the chain to retire a revoked one, in ms. */
const RETIRE_STEP_MS = 60_000;

interface Parts {
  readonly core: Core;
  readonly book: GroupBook;
  readonly mailer: GroupMailer;
  readonly letters: GroupLetters;
  /** Does something to a group. @throws MessengerError GROUP_REFUSED. */
  readonly act: (group: GroupId, act: GroupAct) => Promise<void>;
}

/** One account's devices in its groups, seen from one of them. */
export class GroupDevices {
  readonly #parts: Parts;
  readonly #later = new Map<GroupId, Cancel>();
  #isStopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#later.values()) cancel();
    this.#later.clear();
  }

  /** Makes all groups have the devices that our chain has. */
  async followAll(): Promise<void> {
    for (const { row } of this.#parts.book.all()) await this.follow(row.group);
  }

  /** Makes a group have the devices that our chain has. @param waitedMs for those who come before this device. */
  async follow(group: GroupId, waitedMs = 0): Promise<void> {
    const { core, book } = this.#parts;
    const known = book.get(group);
    if (this.#isStopped || core.account.isRevoked || known === undefined || known.row.standing === "gone") return;
    await this.#tellNew(group);
    if (known.row.standing !== "joined") return;
    if (!this.isIn(group)) await this.#try(group, { type: "join", certificate: ownCertificate(core) });
    for (const device of this.#gone(group)) await this.#retire(group, device, waitedMs);
  }

  /** Whether this device itself belongs to a group. */
  isIn(group: GroupId): boolean {
    return this.#inGroup(group).includes(this.#parts.core.account.device.deviceId);
  }

  #inGroup(group: GroupId): readonly DeviceId[] {
    const { core, book } = this.#parts;
    const state = book.get(group)?.log.state;
    return (state && memberOf(state, core.account.id)?.devices.map(({ device }) => device)) ?? [];
  }

  #gone(group: GroupId): readonly DeviceId[] {
    const { devices } = this.#parts.core.account.chain;
    return this.#inGroup(group).filter((device) => devices.every(({ deviceId }) => deviceId !== device));
  }

  /** One device is enough; the others step in one after the other when it does not. */
  async #retire(group: GroupId, device: DeviceId, waitedMs: number): Promise<void> {
    const { core } = this.#parts;
    const inGroup = this.#inGroup(group);
    const able = core.account.chain.devices.map(({ deviceId }) => deviceId).filter((each) => inGroup.includes(each));
    const place = able.indexOf(core.account.device.deviceId);
    if (place < 0) return;
    if (waitedMs >= place * RETIRE_STEP_MS) return this.#try(group, { type: "retire", device });
    if (this.#later.has(group)) return;
    const waitMs = place * RETIRE_STEP_MS;
    const again = (): void => {
      this.#later.delete(group);
      void this.follow(group, waitMs);
    };
    this.#later.set(group, core.clock.after(waitMs, again));
  }

  /** What came in between may have done it already. */
  async #try(group: GroupId, act: GroupAct): Promise<void> {
    try {
      await this.#parts.act(group, act);
    } catch (error) {
      if (!(error instanceof MessengerError && error.code === "GROUP_REFUSED")) throw error;
    }
  }

  /** A device that is new in an account learns of a group by the others of the account, or by a person who knows it. */
  #tellNew(group: GroupId): Promise<void> {
    const { book, mailer, letters } = this.#parts;
    return mailer.inTurn(group, async () => {
      const known = book.get(group);
      if (known === undefined) return;
      const isTold = ({ device }: Recipient): boolean => known.row.told?.includes(device) === true;
      const fresh = [...letters.own(), ...this.#returned(known)].filter((each) => !isTold(each));
      if (fresh.length === 0) return;
      const all = fresh.flatMap((to) => {
        return letters.logMails(known.log, [], to.account).map((mail) => ({ ...to, mail }));
      });
      await mailer.post(all, (draft) => {
        const current = book.get(group)?.row ?? known.row;
        const told = [...(current.told ?? []), ...fresh.map(({ device }) => device)].slice(-MAX_TOLD);
        draft.add(book.setRow({ ...current, told }));
      });
    });
  }

  /** Devices of members whose account was made anew: nothing of it in the group is left that could tell them. */
  #returned({ row, log }: KnownGroup): readonly Recipient[] {
    const { core, letters } = this.#parts;
    if (row.standing !== "joined") return [];
    return log.state.members.flatMap(({ account, devices }) => {
      const contact = core.people.contact(account);
      const isDecided = contact?.relation === "accepted" && contact.replaced === undefined;
      const isLost = devices.every(({ device }) => letters.isRevoked({ account, device }));
      return isDecided && isLost && account !== core.account.id ? letters.devicesOf(account) : [];
    });
  }
}
