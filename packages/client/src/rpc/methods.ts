/** The engine's method table: schemas for the parameters that arrive from outside this process. */
import {
  MAX_CANDIDATES_PER_SIGNAL,
  MAX_GROUP_MEMBERS,
  MAX_SDP_CHARACTERS,
  MAX_VOICE_MS,
  MAX_WAVEFORM_BARS,
} from "@kith/protocol";
import {
  array,
  boolean,
  exactOptional,
  type GenericSchema,
  integer,
  literal,
  maxLength,
  maxValue,
  minValue,
  number,
  picklist,
  pipe,
  regex,
  strictObject,
  string,
  variant,
} from "valibot";
import { type ArchiveHead, type ArchiveRecord, type Methods, MUTED_FOREVER_MS } from "../client.ts";
import { MAX_REQUEST_LINE_BYTES } from "./line-carrier.ts";
import { type MethodTable, paramsSchema } from "./method-table.ts";

type Params<M extends keyof Methods> = Methods[M]["params"];

/** Characters of a name, a handle in any input form, an account text, a PIN; the engine applies the exact rules. */
const MAX_SHORT_CHARACTERS = 512;

/** Room for an invite in any of its forms; the engine applies the exact bound. */
const MAX_INVITE_INPUT_CHARACTERS = 4096;

/** Messages of one list. */
const MAX_LIST = 500;

/** Messages of one search, and characters of what is searched for. */
const MAX_FOUND = 200;
const MAX_SEARCH_CHARACTERS = 512;

/** A preview or a picture of 40 KiB, and a piece of a file of 128 KiB, in base64. */
const MAX_PREVIEW_CHARACTERS = 54_616;
const MAX_PIECE_CHARACTERS = 174_764;

/** The last unit of the largest file. */
const MAX_UNIT = 4096;

/** More than a post on X has. */
const MAX_POST_CHARACTERS = 32_768;

const WORDS = 24;
const MAX_WORDS_CHARACTERS = 1024;
const MAX_INVITE_LIFE_MS = 30 * 24 * 3600 * 1000;

const short = pipe(string(), maxLength(MAX_SHORT_CHARACTERS));
const deviceId = pipe(string(), regex(/^[0-9a-f]{64}$/));
const deviceKind = picklist(["browser", "node", "terminal", "other"]);
const messageId = pipe(string(), regex(/^[0-9a-f]{32}$/));
/** As long as a line allows, so that a text that is too long gets the engine's own error. */
const anyText = pipe(string(), maxLength(MAX_REQUEST_LINE_BYTES));
const wordCheck = paramsSchema<Params<"account.confirmWords">["checks"][number]>({
  position: pipe(number(), integer(), minValue(1), maxValue(WORDS)),
  word: short,
});

const none = paramsSchema<Params<"account.status">>({});
const who = paramsSchema<Params<"contact.get">>({ who: short });
const groupName = pipe(string(), maxLength(MAX_SHORT_CHARACTERS));
const oneGroup = paramsSchema<Params<"group.get">>({ group: short });
const groupRole = picklist(["admin", "member"]);
const oneFile = paramsSchema<Params<"file.accept">>({ who: short, id: messageId });

const voice = paramsSchema<NonNullable<Params<"file.begin">["voice"]>>({
  durationMs: pipe(number(), integer(), minValue(0), maxValue(MAX_VOICE_MS)),
  waveform: pipe(array(pipe(number(), integer(), minValue(0), maxValue(255))), maxLength(MAX_WAVEFORM_BARS)),
});

const oneCall = paramsSchema<Params<"call.decline">>({ id: messageId });
const sdp = pipe(string(), maxLength(MAX_SDP_CHARACTERS));
const candidates = pipe(array(short), maxLength(MAX_CANDIDATES_PER_SIGNAL));
const media = paramsSchema<Params<"call.start">["media"]>({
  hasMicrophone: boolean(),
  picture: picklist(["none", "camera", "screen"]),
});

/** Of X archives; the engine applies the exact bounds. */
const MAX_FORMER_HANDLES = 100;
const MAX_THREAD_PEOPLE = 500;
const MAX_ARCHIVE_TEXT = 20_000;
const xid = pipe(string(), regex(/^[1-9]\d{0,19}$/));
const xHandle = pipe(string(), regex(/^\w{1,15}$/));
const time = pipe(number(), integer(), minValue(0));
const thread = pipe(number(), integer(), minValue(0), maxValue(999_999));
const archiveList = picklist(["following", "followers", "blocked", "muted"]);
const archiveRecord: GenericSchema<unknown, ArchiveRecord> = variant("type", [
  strictObject({
    type: literal("person"),
    id: xid,
    handle: exactOptional(xHandle),
    lists: pipe(array(archiveList), maxLength(4)),
  }),
  strictObject({
    type: literal("thread"),
    thread,
    isGroup: boolean(),
    name: exactOptional(short),
    people: pipe(array(xid), maxLength(MAX_THREAD_PEOPLE)),
  }),
  strictObject({
    type: literal("message"),
    thread,
    senderId: xid,
    text: pipe(string(), maxLength(MAX_ARCHIVE_TEXT)),
    atMs: time,
    media: pipe(number(), integer(), minValue(0), maxValue(99)),
  }),
]);

/** Every method of `Methods` with its schema. */
export const engineMethods: MethodTable<Methods> = {
  "account.status": none,
  "account.create": paramsSchema<Params<"account.create">>({
    handle: exactOptional(short),
    pin: exactOptional(short),
  }),
  "account.recover": paramsSchema<Params<"account.recover">>({
    words: pipe(string(), maxLength(MAX_WORDS_CHARACTERS)),
    relay: exactOptional(short),
    invite: exactOptional(pipe(string(), maxLength(MAX_INVITE_INPUT_CHARACTERS))),
    isAlone: exactOptional(boolean()),
  }),
  "account.setContactBackup": paramsSchema<Params<"account.setContactBackup">>({
    isOn: boolean(),
    words: exactOptional(pipe(string(), maxLength(MAX_WORDS_CHARACTERS))),
  }),
  "account.words": none,
  "account.confirmWords": paramsSchema<Params<"account.confirmWords">>({
    checks: pipe(array(wordCheck), maxLength(WORDS)),
  }),
  "account.proof": none,
  "account.setProof": paramsSchema<Params<"account.setProof">>({ post: exactOptional(short) }),
  "account.releaseHandle": none,
  "account.claimHandle": paramsSchema<Params<"account.claimHandle">>({ handle: short }),
  "account.unlock": paramsSchema<Params<"account.unlock">>({ pin: short }),
  "account.lock": none,
  "account.setPin": paramsSchema<Params<"account.setPin">>({
    oldPin: exactOptional(short),
    newPin: exactOptional(short),
  }),
  "account.setLock": paramsSchema<Params<"account.setLock">>({
    idleMs: exactOptional(pipe(number(), integer(), minValue(0))),
    whenHidden: exactOptional(boolean()),
    eraseAfterTries: exactOptional(pipe(number(), integer(), minValue(0))),
  }),
  "account.present": none,
  "account.erase": paramsSchema<Params<"account.erase">>({ confirm: literal("erase") }),
  "account.setReadReceipts": paramsSchema<Params<"account.setReadReceipts">>({ isOn: boolean() }),
  "account.setAddressHidden": paramsSchema<Params<"account.setAddressHidden">>({ isOn: boolean() }),
  "account.setTypingIndicators": paramsSchema<Params<"account.setTypingIndicators">>({ isOn: boolean() }),
  "account.setProfile": paramsSchema<Params<"account.setProfile">>({
    name: exactOptional(short),
    about: exactOptional(short),
  }),
  "account.setPicture": paramsSchema<Params<"account.setPicture">>({
    picture: exactOptional(pipe(string(), maxLength(MAX_PREVIEW_CHARACTERS))),
  }),
  "profile.picture": paramsSchema<Params<"profile.picture">>({ who: exactOptional(short) }),
  "account.setNewChatTimer": paramsSchema<Params<"account.setNewChatTimer">>({
    afterMs: exactOptional(pipe(number(), integer())),
  }),
  "invite.create": paramsSchema<Params<"invite.create">>({
    expiresInMs: exactOptional(pipe(number(), integer(), minValue(1), maxValue(MAX_INVITE_LIFE_MS))),
  }),
  "invite.join": paramsSchema<Params<"invite.join">>({
    invite: pipe(string(), maxLength(MAX_INVITE_INPUT_CHARACTERS)),
    text: exactOptional(anyText),
  }),
  "directory.lookup": paramsSchema<Params<"directory.lookup">>({ handle: short }),
  "contact.add": paramsSchema<Params<"contact.add">>({
    who: short,
    text: exactOptional(anyText),
    name: exactOptional(short),
  }),
  "contact.list": none,
  "contact.get": who,
  "contact.rename": paramsSchema<Params<"contact.rename">>({ who: short, name: short }),
  "contact.verify": paramsSchema<Params<"contact.verify">>({ who: short, isVerified: boolean() }),
  "contact.acceptChange": who,
  "contact.trust": who,
  "contact.askWitnesses": who,
  "contact.post": who,
  "contact.checkPost": paramsSchema<Params<"contact.checkPost">>({
    who: short,
    post: exactOptional(short),
    text: exactOptional(pipe(string(), maxLength(MAX_POST_CHARACTERS))),
  }),
  "contact.block": who,
  "contact.unblock": who,
  "contact.delete": who,
  "request.list": none,
  "request.accept": who,
  "request.delete": who,
  "chat.list": none,
  "chat.set": paramsSchema<Params<"chat.set">>({
    who: short,
    isPinned: exactOptional(boolean()),
    isArchived: exactOptional(boolean()),
    mutedUntilMs: exactOptional(pipe(number(), integer(), minValue(0), maxValue(MUTED_FOREVER_MS))),
    isMarkedUnread: exactOptional(boolean()),
    isAddressHidden: exactOptional(boolean()),
  }),
  "chat.setTyping": paramsSchema<Params<"chat.setTyping">>({ who: short, isTyping: boolean() }),
  "chat.saveDraft": paramsSchema<Params<"chat.saveDraft">>({
    who: short,
    text: anyText,
    replyTo: exactOptional(messageId),
  }),
  "message.list": paramsSchema<Params<"message.list">>({
    who: short,
    before: exactOptional(messageId),
    limit: exactOptional(pipe(number(), integer(), minValue(1), maxValue(MAX_LIST))),
  }),
  "message.send": paramsSchema<Params<"message.send">>({
    who: short,
    text: anyText,
    id: exactOptional(messageId),
    replyTo: exactOptional(messageId),
    isOnce: exactOptional(boolean()),
  }),
  "message.open": oneFile,
  "message.close": oneFile,
  "message.forward": paramsSchema<Params<"message.forward">>({
    who: short,
    id: messageId,
    to: short,
    newId: exactOptional(messageId),
  }),
  "message.edit": paramsSchema<Params<"message.edit">>({
    who: short,
    id: messageId,
    text: anyText,
    editId: exactOptional(messageId),
  }),
  "message.delete": paramsSchema<Params<"message.delete">>({ who: short, id: messageId, isForEveryone: boolean() }),
  "message.react": paramsSchema<Params<"message.react">>({ who: short, id: messageId, emoji: exactOptional(short) }),
  "chat.setTimer": paramsSchema<Params<"chat.setTimer">>({
    who: short,
    afterMs: exactOptional(pipe(number(), integer())),
  }),
  "message.markRead": who,
  "message.markPlayed": oneFile,
  "message.search": paramsSchema<Params<"message.search">>({
    text: pipe(string(), maxLength(MAX_SEARCH_CHARACTERS)),
    who: exactOptional(short),
    beforeMs: exactOptional(pipe(number(), integer(), minValue(0))),
    limit: exactOptional(pipe(number(), integer(), minValue(1), maxValue(MAX_FOUND))),
  }),
  "file.list": paramsSchema<Params<"file.list">>({
    who: exactOptional(short),
    limit: exactOptional(pipe(number(), integer(), minValue(1), maxValue(MAX_LIST))),
  }),
  "file.accept": oneFile,
  "file.pause": oneFile,
  "file.cancel": oneFile,
  "file.preview": oneFile,
  "file.begin": paramsSchema<Params<"file.begin">>({
    who: short,
    name: short,
    sizeBytes: pipe(number(), integer(), minValue(0)),
    mediaType: exactOptional(short),
    preview: exactOptional(pipe(string(), maxLength(MAX_PREVIEW_CHARACTERS))),
    voice: exactOptional(voice),
    isOnce: exactOptional(boolean()),
    id: exactOptional(messageId),
  }),
  "file.append": paramsSchema<Params<"file.append">>({
    id: messageId,
    offset: pipe(number(), integer(), minValue(0)),
    data: pipe(string(), maxLength(MAX_PIECE_CHARACTERS)),
  }),
  "file.finish": paramsSchema<Params<"file.finish">>({ id: messageId }),
  "file.discard": paramsSchema<Params<"file.discard">>({ id: messageId }),
  "file.read": paramsSchema<Params<"file.read">>({
    who: short,
    id: messageId,
    unit: pipe(number(), integer(), minValue(0), maxValue(MAX_UNIT)),
  }),
  "call.get": none,
  "call.start": paramsSchema<Params<"call.start">>({ who: short, isVideo: boolean(), sdp, media }),
  "call.accept": paramsSchema<Params<"call.accept">>({ id: messageId, sdp, candidates, media }),
  "call.ways": paramsSchema<Params<"call.ways">>({ who: short }),
  "call.decline": oneCall,
  "call.end": paramsSchema<Params<"call.end">>({
    id: messageId,
    reason: exactOptional(picklist(["hang-up", "no-path", "lost", "mismatch"])),
  }),
  "call.tell": paramsSchema<Params<"call.tell">>({
    id: messageId,
    candidates: exactOptional(candidates),
    media: exactOptional(media),
  }),
  "call.restart": paramsSchema<Params<"call.restart">>({ id: messageId, sdp }),
  "call.report": paramsSchema<Params<"call.report">>({ id: messageId, isUp: exactOptional(boolean()) }),
  "backup.export": paramsSchema<Params<"backup.export">>({ passphrase: short }),
  "backup.next": paramsSchema<Params<"backup.next">>({ id: messageId }),
  "backup.restore": paramsSchema<Params<"backup.restore">>({ passphrase: short }),
  "backup.append": paramsSchema<Params<"backup.append">>({
    id: messageId,
    data: pipe(string(), maxLength(MAX_PIECE_CHARACTERS)),
  }),
  "backup.finish": paramsSchema<Params<"backup.finish">>({ id: messageId }),
  "backup.cancel": paramsSchema<Params<"backup.cancel">>({ id: messageId }),
  "storage.list": none,
  "storage.measure": paramsSchema<Params<"storage.measure">>({
    who: short,
    after: exactOptional(pipe(string(), regex(/^\d{14}\/[0-9a-f]{32}$/))),
  }),
  "storage.removeFiles": paramsSchema<Params<"storage.removeFiles">>({
    who: exactOptional(short),
    olderThanMs: exactOptional(pipe(number(), integer(), minValue(0))),
  }),
  "storage.clearChat": who,
  "device.list": none,
  "device.rename": paramsSchema<Params<"device.rename">>({ device: deviceId, name: short }),
  "device.revoke": paramsSchema<Params<"device.revoke">>({ device: deviceId }),
  "link.begin": paramsSchema<Params<"link.begin">>({ name: exactOptional(short), kind: exactOptional(deviceKind) }),
  "link.join": paramsSchema<Params<"link.join">>({
    code: pipe(string(), maxLength(MAX_INVITE_INPUT_CHARACTERS)),
    name: short,
    kind: deviceKind,
  }),
  "link.get": paramsSchema<Params<"link.get">>({ version: exactOptional(pipe(number(), integer(), minValue(0))) }),
  "link.confirm": paramsSchema<Params<"link.confirm">>({ isSame: boolean(), withHistory: exactOptional(boolean()) }),
  "link.cancel": none,
  "archive.get": none,
  "archive.begin": paramsSchema<Params<"archive.begin">>({
    owner: paramsSchema<ArchiveHead["owner"]>({
      accountId: xid,
      handle: xHandle,
      name: exactOptional(short),
    }),
    madeAtMs: exactOptional(time),
    formerHandles: pipe(
      array(paramsSchema<ArchiveHead["formerHandles"][number]>({ handle: xHandle, untilMs: exactOptional(time) })),
      maxLength(MAX_FORMER_HANDLES),
    ),
  }),
  "archive.append": paramsSchema<Params<"archive.append">>({
    id: messageId,
    records: pipe(array(archiveRecord), maxLength(MAX_LIST)),
  }),
  "archive.finish": paramsSchema<Params<"archive.finish">>({ id: messageId }),
  "archive.cancel": paramsSchema<Params<"archive.cancel">>({ id: messageId }),
  "archive.people": paramsSchema<Params<"archive.people">>({
    list: archiveList,
    after: exactOptional(pipe(string(), regex(/^[01]\/\d{8}$/))),
  }),
  "archive.threads": paramsSchema<Params<"archive.threads">>({ after: exactOptional(thread) }),
  "archive.messages": paramsSchema<Params<"archive.messages">>({
    thread,
    before: exactOptional(pipe(string(), regex(/^\d{14}\/\d{8}$/))),
  }),
  "archive.remove": none,
  "group.create": paramsSchema<Params<"group.create">>({
    name: groupName,
    who: pipe(array(short), maxLength(MAX_GROUP_MEMBERS)),
  }),
  "group.list": none,
  "group.get": oneGroup,
  "group.join": oneGroup,
  "group.leave": oneGroup,
  "group.add": paramsSchema<Params<"group.add">>({ group: short, who: short, role: exactOptional(groupRole) }),
  "group.remove": paramsSchema<Params<"group.remove">>({
    group: short,
    who: short,
    isBanned: exactOptional(boolean()),
  }),
  "group.setRole": paramsSchema<Params<"group.setRole">>({ group: short, who: short, role: groupRole }),
  "group.rename": paramsSchema<Params<"group.rename">>({ group: short, name: groupName }),
  "group.send": paramsSchema<Params<"group.send">>({
    group: short,
    text: anyText,
    id: exactOptional(messageId),
    replyTo: exactOptional(messageId),
  }),
  "group.setTimer": paramsSchema<Params<"group.setTimer">>({
    group: short,
    afterMs: exactOptional(pipe(number(), integer())),
  }),
  "group.message": paramsSchema<Params<"group.message">>({
    group: short,
    id: messageId,
    author: exactOptional(short),
  }),
  "group.saveDraft": paramsSchema<Params<"group.saveDraft">>({
    group: short,
    text: anyText,
    replyTo: exactOptional(messageId),
  }),
  "group.edit": paramsSchema<Params<"group.edit">>({
    group: short,
    id: messageId,
    text: anyText,
    editId: exactOptional(messageId),
  }),
  "group.delete": paramsSchema<Params<"group.delete">>({
    group: short,
    id: messageId,
    author: exactOptional(short),
    isForEveryone: boolean(),
  }),
  "group.react": paramsSchema<Params<"group.react">>({
    group: short,
    id: messageId,
    author: exactOptional(short),
    emoji: exactOptional(short),
  }),
  "group.messages": paramsSchema<Params<"group.messages">>({
    group: short,
    before: exactOptional(pipe(string(), regex(/^(?:[0-9a-f]{32}|[0-9a-f]{64})$/))),
    limit: exactOptional(pipe(number(), integer(), minValue(1), maxValue(MAX_LIST))),
  }),
  "group.markRead": oneGroup,
  "relay.list": none,
  "relay.add": paramsSchema<Params<"relay.add">>({ address: short }),
  "relay.remove": paramsSchema<Params<"relay.remove">>({ relay: short }),
};
