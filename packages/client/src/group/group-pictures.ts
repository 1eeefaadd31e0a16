/**
 * Pictures of groups. An operation names one by its hash and its bytes travel by themselves: whoever has them hands them to
 * members who ask, and what does not have the hash is dropped.
 */
import {
  bytes,
  equalBytes,
  field,
  type GroupId,
  type GroupMail,
  groupId,
  MAX_PICTURE_BYTES,
  MAX_PICTURE_PIXELS,
  memberOf,
  type PictureType,
  readPictureType,
  record,
  type Shape,
  toHex,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { fromBase64, toBase64 } from "../file/base64.ts";
import { MessengerError } from "../messenger-error.ts";
import { createTable, type Table } from "../store/table.ts";
import type { GroupBook, KnownGroup } from "./group-book.ts";
import type { GroupLetters } from "./group-letters.ts";
import type { GroupMailer, Letter, Recipient } from "./group-mailer.ts";
import { mayAsk } from "./standing.ts";

/** The picture of a group that is kept. */
export interface GroupPictureRow {
  readonly group: GroupId;
  readonly picture: Uint8Array;
}

/** The table of pictures; a row has the key of its group. */
export const GROUP_PICTURE_TABLE = "group-picture";

export const groupPictureRowShape: Shape<GroupPictureRow> = record<GroupPictureRow>({
  group: field(1, groupId),
  picture: field(2, bytes(1, MAX_PICTURE_BYTES)),
});

/** Devices asked for one picture at a time: each answers with all of it. */
const ASKED_AT_ONCE = 2;

/** What is remembered of who was asked and answered. */
const MAX_REMEMBERED = 512;

/** Times one device is given the same picture in a run: it may have lost its disk. */
const MAX_GIVEN = 3;

/** Askers remembered until they can be answered. */
const MAX_WAITING = 128;

interface Asker {
  readonly group: GroupId;
  readonly to: Recipient;
}

interface Parts {
  readonly core: Core;
  readonly book: GroupBook;
  readonly mailer: GroupMailer;
  readonly letters: GroupLetters;
}

/** A picture that is about to be shown. */
export interface ChosenPicture {
  /** SHA-256, 32 bytes. */
  readonly hash: Uint8Array;
  readonly picture: Uint8Array;
}

/** The pictures of one account's groups. */
export class GroupPictures {
  readonly #parts: Parts;
  readonly #rows: Table<GroupPictureRow>;
  /** How often something was asked of, or given to, a device. */
  readonly #counts = new Map<string, number>();
  /** Who asked before the picture was here, or before it was known here that they joined. */
  readonly #waiting = new Map<string, Asker>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#rows = createTable(parts.core.store, GROUP_PICTURE_TABLE, groupPictureRowShape);
  }

  /** Reads what was chosen, in base64. @throws MessengerError PICTURE_INVALID. */
  choose(given: string): ChosenPicture {
    const picture = fromBase64(given);
    if (picture === null || readPictureType(picture) === null) {
      throw new MessengerError("PICTURE_INVALID", "this is no small JPEG, PNG or WebP of one frame", {
        details: { limit: MAX_PICTURE_PIXELS },
      });
    }
    return { hash: this.#parts.core.suite.sha256(picture), picture };
  }

  /** Keeps a picture as that of a group. */
  keep(draft: Draft, { row }: KnownGroup, { hash, picture }: ChosenPicture): void {
    const { book } = this.#parts;
    draft.add(this.#rows.put(book.key(row.group), { group: row.group, picture }));
    draft.add(book.setRow({ ...(book.get(row.group)?.row ?? row), pictureHash: hash }));
    draft.tell({ type: "group.changed", group: row.group });
  }

  /** The picture for all who belong to a group. */
  lettersOf({ log }: KnownGroup, { picture }: ChosenPicture): readonly Letter[] {
    const { letters } = this.#parts;
    const all = [...letters.others(log), ...letters.own()];
    const devices = new Map(all.map((to) => [to.device, to]));
    return [...devices.values()].map((to) => ({ ...to, mail: { type: "picture", group: log.group, picture } }));
  }

  /** The picture of a group that may be drawn; null when there is none, or it is not here. */
  async read(group: GroupId): Promise<{ readonly mediaType: PictureType; readonly data: string } | null> {
    const known = this.#parts.book.get(group);
    if (known === undefined || !isHere(known)) return null;
    const picture = (await this.#rows.get(this.#parts.book.key(group)))?.picture;
    const mediaType = picture === undefined ? null : readPictureType(picture);
    return picture === undefined || mediaType === null ? null : { mediaType, data: toBase64(picture) };
  }

  /** Takes what somebody says is the picture. @returns whether it is. */
  take(draft: Draft, known: KnownGroup, from: Recipient, picture: Uint8Array): boolean {
    const { core } = this.#parts;
    const { hash } = known.log.state.picture;
    const isMember = memberOf(known.log.state, from.account) !== undefined;
    if (!isMember || hash === undefined || !equalBytes(core.suite.sha256(picture), hash)) return false;
    if (isHere(known)) return true;
    this.keep(draft, known, { hash, picture });
    draft.afterwards(() => void this.#giveWaiting(known.row.group));
    return true;
  }

  /** Gives the picture to a device of a member who asks; who asks too early gets it when that is known, or it is here. */
  async give(group: GroupId, to: Recipient): Promise<void> {
    const { core, book, mailer } = this.#parts;
    const known = book.get(group);
    if (known?.row.standing !== "joined") return;
    const isMember = memberOf(known.log.state, to.account) !== undefined && mayAsk(known.log, core.account.id, to);
    const row = isMember && isHere(known) ? await this.#rows.get(book.key(group)) : undefined;
    if (row === undefined) return this.#remember({ group, to });
    if (this.#count(`gave/${nameOf(known)}/${to.device}`) > MAX_GIVEN) return;
    await mailer.post([{ ...to, mail: { type: "picture", group, picture: row.picture } }]);
  }

  #remember(asker: Asker): void {
    const key = `${asker.group}/${asker.to.device}`;
    this.#waiting.delete(key);
    this.#waiting.set(key, asker);
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined && this.#waiting.size > MAX_WAITING) this.#waiting.delete(oldest);
  }

  async #giveWaiting(group: GroupId): Promise<void> {
    const waiting = [...this.#waiting].filter(([, asker]) => asker.group === group);
    for (const [key] of waiting) this.#waiting.delete(key);
    for (const [, { to }] of waiting) await this.give(group, to);
  }

  /** Asks for a picture that is not here, forgets one that is shown no more, and answers who waits. */
  async follow(group: GroupId): Promise<void> {
    const known = this.#parts.book.get(group);
    if (known?.row.standing !== "joined") return;
    if (known.log.state.picture.hash === undefined) return this.#forget(known);
    const isKept = isHere(known) && (await this.#rows.get(this.#parts.book.key(group))) !== undefined;
    await (isKept ? this.#giveWaiting(group) : this.#ask(known));
  }

  async #forget({ row: { pictureHash, ...row } }: KnownGroup): Promise<void> {
    if (pictureHash === undefined) return;
    const draft = new Draft(this.#parts.core);
    draft.add(this.#rows.remove(this.#parts.book.key(row.group)), this.#parts.book.setRow(row));
    await draft.commit();
  }

  /** First who chose it, then others, a few at a time, each once in a run. */
  async #ask(known: KnownGroup): Promise<void> {
    const { letters, mailer } = this.#parts;
    const { group, byId, state } = known.log;
    const author = byId.get(state.picture.by)?.read.operation.device;
    const others = [...letters.others(known.log)];
    others.sort((a, b) => Number(b.device === author) - Number(a.device === author));
    const asked = others.filter(({ device }) => !this.#counts.has(`asked/${nameOf(known)}/${device}`));
    const next = asked.slice(0, ASKED_AT_ONCE);
    for (const { device } of next) this.#count(`asked/${nameOf(known)}/${device}`);
    const mail: GroupMail = { type: "ask-picture", group };
    if (next.length > 0) await mailer.post(next.map((to) => ({ ...to, mail })));
  }

  #count(what: string): number {
    const count = (this.#counts.get(what) ?? 0) + 1;
    this.#counts.delete(what);
    this.#counts.set(what, count);
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined && this.#counts.size > MAX_REMEMBERED) this.#counts.delete(oldest);
    return count;
  }
}

/** Whether the picture that is to be shown is the one that is here. */
export function isHere({ row, log }: KnownGroup): boolean {
  const { hash } = log.state.picture;
  return hash !== undefined && row.pictureHash !== undefined && equalBytes(hash, row.pictureHash);
}

function nameOf({ log }: KnownGroup): string {
  const { hash } = log.state.picture;
  return `${log.group}/${hash === undefined ? "" : toHex(hash)}`;
}
