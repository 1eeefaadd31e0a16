/** Files and forwarded texts of groups, as the rest of the engine knows them: whoever keeps groups does it all. */
import type { AccountId, Content, ContentHead, ContentId, DeviceId, GroupId } from "@kith/protocol";
import type { Message, Methods } from "../client.ts";
import type { Core } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";
import type { FileAskers } from "./file-askers.ts";
import type { PathToSend } from "./local-files.ts";
import type { ListedFile, NamedFile, OfferedFile } from "./named-file.ts";
import type { Offer } from "./offering.ts";

/** The parameters of a forwarding. */
export type Forwarding = Methods["message.forward"]["params"];

/** Sends the words of a message of a chat. */
export type SendWords = (to: string, text: string, id: ContentId | undefined) => Promise<Message>;

/** Files that are offered in groups. */
export interface GroupFiles {
  find(group: GroupId, author: AccountId, id: ContentId): Promise<Offer | undefined>;
  readonly askers: FileAskers;
  /** Whether a device belongs to a group now. */
  isReader(group: GroupId, device: DeviceId): boolean;
  /**
   * A group that a file is sent to. @throws MessengerError GROUP_UNKNOWN, GROUP_AMBIGUOUS, GROUP_NOT_JOINED, PARAMS_INVALID
   * unless it goes either to a person or to a group, and for what is to be seen once.
   */
  target(to: Pick<PathToSend, "who" | "group" | "isOnce">): GroupId;
  /** @throws MessengerError MESSAGE_UNKNOWN and as for names. */
  named(file: NamedFile): Promise<Omit<OfferedFile, "manifest">>;
  /** The files of one group, or of all. */
  list(name: string | undefined): Promise<readonly ListedFile[]>;
  send(group: GroupId, make: (head: ContentHead) => Content, id: ContentId): Promise<Message>;
  /** A message that was sent under an id before. */
  sent(group: GroupId, id: ContentId): Promise<Message | undefined>;
  /** Notes that a voice message of a group was played here. @throws MessengerError MESSAGE_UNKNOWN and as for names. */
  markPlayed(file: NamedFile): Promise<Message>;
  /** Out of a group, or into one. @param textOf the words of a message that may go on. @param send to a person. */
  forward(params: Forwarding, textOf: (offer: Offer) => string, send: SendWords): Promise<Message>;
}

/** @throws MessengerError GROUP_UNKNOWN where nothing keeps groups. */
export function requireGroups({ others }: Pick<Core, "others">): GroupFiles {
  if (others.groupFiles !== undefined) return others.groupFiles;
  throw new MessengerError("GROUP_UNKNOWN", "there is no such group here");
}
