/** How the engine knows groups: by this alone, so that who does not use them does not load them. */
import type { AccountId, Content, GroupId, GroupLog } from "@kith/protocol";
import type { Boxes } from "../account/boxes.ts";
import type { Core, Draft } from "../core.ts";
import type { Handlers } from "../methods/handlers.ts";
import type { Acquaintance } from "../people/acquaintance.ts";
import type { PeerRow } from "../people/contact-row.ts";
import type { Receipts } from "../receive/receipts.ts";
import type { GroupStandingOfSender } from "../receive/request-door.ts";
import type { Sender } from "../send/carrier.ts";

/** The methods about groups. */
export type GroupHandlers = Pick<Handlers, Extract<keyof Handlers, `group.${string}`>>;

/** The groups of one account. */
export interface GroupService {
  readonly handlers: GroupHandlers;
  /** Mails and messages that were not taken, by reason; no ids. */
  readonly refused: ReadonlyMap<string, number>;
  /** The operations of a group; undefined when nothing of it is here. */
  logOf(group: GroupId): GroupLog | undefined;
  /** Reads them into memory. */
  load(): Promise<void>;
  /** Takes what a device says about a group; the caller holds the person's lock and commits the draft. */
  take(draft: Draft, peer: PeerRow, content: Content): Promise<void>;
  /** How somebody unknown stands, who may show by a token that they were given a link. */
  standingOf(account: AccountId, token: Uint8Array | undefined): GroupStandingOfSender;
  /** How many groups somebody who waits to be let in asks into. */
  invitationsOf(account: AccountId): number;
  /** Shows what somebody asked who is let in now, and says what waited for them. */
  showInvitations(account: AccountId): Promise<void>;
  /** Tries again what waited: members that were not met yet, and what could not be told to them. */
  wake(): Promise<void>;
  /** Asks the members of all groups what came since a backup was made. */
  catchUp(): Promise<void>;
  stop(): void;
}

/** What groups are made of. */
export interface GroupParts {
  readonly core: Core;
  readonly sender: Sender;
  readonly receipts: Pick<Receipts, "owe" | "schedule">;
  readonly meet: Acquaintance["meet"];
  /** Where this device can be met. */
  readonly boxes: Boxes["known"];
}

/** Makes the service of an account; given to the messenger by whoever wants groups. */
export type OpenGroups = (parts: GroupParts) => GroupService;
