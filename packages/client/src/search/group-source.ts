/** What the search, and whoever makes room, asks of whoever keeps groups. */
import type { AccountId, ContentId, GroupId } from "@kith/protocol";
import type { SaidRow } from "../group/group-row.ts";
import type { FoundInGroup } from "../message/message-info.ts";

/** Where something was said. Several people may speak at the same time: a place has all that was said there. */
export interface SaidPlace {
  readonly group: GroupId;
  readonly orderMs: number;
}

/** What is said in the groups of one account. */
export interface GroupSource {
  /** Groups in which lines may be. */
  groups(): readonly GroupId[];
  /** Whether what is said in a group may be shown: not while this account is only asked to join. */
  isShown(group: GroupId): boolean;
  /** @throws MessengerError GROUP_UNKNOWN, GROUP_AMBIGUOUS. */
  named(name: string): GroupId;
  /** What it is called, on one line; may be empty. */
  nameOf(group: GroupId): string;
  /** Its name in store keys. */
  key(group: GroupId): string;
  /** Lines before another (default: the end), oldest first; empty when there are no more. */
  list(group: GroupId, limit: number, before?: SaidRow): Promise<readonly SaidRow[]>;
  find(author: AccountId, id: ContentId): Promise<SaidRow | undefined>;
  /** Where somebody said something, also when it was forgotten since. */
  placeOf(author: AccountId, id: ContentId): Promise<SaidPlace | undefined>;
  at(place: SaidPlace): Promise<readonly SaidRow[]>;
  view(row: SaidRow): Promise<Pick<FoundInGroup, "group" | "message">>;
  /** Forgets all lines of a group on this device. @returns how many messages went. */
  clear(group: GroupId): Promise<number>;
}
