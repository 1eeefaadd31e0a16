/** A client with a made-up account in memory: people, chats and relays as a test wants them. */
import {
  type AccountStatus,
  type ArchiveInfo,
  type ArchiveMessageView,
  type ArchiveRecord,
  type ArchiveThread,
  type CallInfo,
  type Chat,
  type Client,
  type ClientEvent,
  type Contact,
  type LookupResult,
  type Message,
  MessengerError,
  type MessengerErrorCode,
  type MethodName,
  type Methods,
  type RelayStatus,
  type SearchResult,
  type TrustHistory,
} from "@kith/client";
import { FakeDevices } from "./fake-devices.ts";
import { FakeGroups } from "./fake-groups.ts";

type Handlers = { [M in MethodName]: (params: Methods[M]["params"]) => Methods[M]["result"] };
type NewEvent = ClientEvent extends infer E ? (E extends ClientEvent ? Omit<E, "seq" | "atMs"> : never) : never;

const OWNER = { id: "10001" } as const;
const NOOR = { id: "20011", handle: "noor" } as const;
const ARCHIVED_MS = Date.UTC(2026, 10, 20, 12);

/** An archive of X as it is after its import. */
export const X_ARCHIVE: ArchiveInfo = {
  owner: { accountId: OWNER.id, handle: "you" },
  madeAtMs: ARCHIVED_MS,
  formerHandles: [{ handle: "you_before" }],
  importedAtMs: ARCHIVED_MS,
  counts: { following: 412, followers: 1_380, blocked: 9, muted: 0, named: 163, threads: 2, messages: 5_021 },
};

const X_THREADS: readonly ArchiveThread[] = [
  {
    thread: 0,
    isGroup: false,
    people: [OWNER, NOOR],
    messages: 5_000,
    firstAtMs: ARCHIVED_MS - 9e9,
    lastAtMs: ARCHIVED_MS,
  },
  {
    thread: 1,
    isGroup: true,
    name: "قراءة في المكتبة",
    people: [OWNER, NOOR, { id: "20014" }],
    messages: 21,
    firstAtMs: ARCHIVED_MS - 9e9,
    lastAtMs: ARCHIVED_MS - 8e9,
  },
];

const X_MESSAGES: readonly ArchiveMessageView[] = [
  { sender: NOOR, isOwn: false, text: "The old library again? https://example.org/map", atMs: ARCHIVED_MS, media: 0 },
  { sender: OWNER, isOwn: true, text: "نعم، في الموعد نفسه", atMs: ARCHIVED_MS + 60_000, media: 2 },
];

/** What a test may set before or while a page is open. */
export class FakeClient implements Client {
  status: AccountStatus = { state: "none" };
  contacts: Contact[] = [];
  messages: Message[] = [];
  /** Pictures in base64, by account; the own one as `own`. */
  readonly pictures: Map<string, string> = new Map();
  /** What is in messages to be seen once, by message id. */
  readonly onceInside: Map<string, Omit<Methods["message.open"]["result"], "message">> = new Map();
  /** Units of complete files by message id, in base64. */
  readonly fileBytes = new Map<string, readonly string[]>();
  /** Why no file is taken. */
  refusedUpload: MessengerErrorCode | null = null;
  readonly uploads = new Map<string, { head: Methods["file.begin"]["params"]; bytes: number[] }>();
  unread: Record<string, number> = {};
  /** What is set for chats, by account. */
  settings: Record<string, Partial<Chat>> = {};
  relays: RelayStatus[] = [];
  archive: ArchiveInfo | null = null;
  readonly archiveRecords: ArchiveRecord[] = [];
  callInfo: CallInfo | null = null;
  readonly own: FakeDevices = new FakeDevices();
  readonly groups: FakeGroups = new FakeGroups();
  words: readonly string[] | null = Array.from({ length: 24 }, (_, at) => WORDS[at % WORDS.length] ?? "apple");
  pin = "";
  /** The post that is named, of the own account and of everybody else. */
  proofPost: string | null = null;
  /** Accounts whose claims were contested. */
  readonly contested: string[] = [];
  lookup: LookupResult = { handle: "noor", asked: 0, isWeak: false, isSuspect: false, candidates: [] };
  retryAfterMs = 0;
  readonly calls: { readonly method: MethodName; readonly params: unknown }[] = [];
  /** Thrown by the next call of a method. */
  refusals: Partial<Record<MethodName, MessengerError>> = {};
  readonly #events: ClientEvent[] = [];
  readonly #wakes = new Set<() => void>();
  readonly #witnessed = new Set<string>();
  readonly #handlers: Handlers = this.#makeHandlers();

  async call<M extends MethodName>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]> {
    this.calls.push({ method, params });
    const refusal = this.refusals[method];
    delete this.refusals[method];
    if (refusal !== undefined) throw refusal;
    if (this.status.state === "locked" && !["account.status", "account.unlock", "account.erase"].includes(method)) {
      throw new MessengerError("ACCOUNT_LOCKED", "locked");
    }
    const handler = this.#handlers[method] as (given: Methods[M]["params"]) => Methods[M]["result"];
    return handler(params);
  }

  async *events(after: number, signal: AbortSignal): AsyncIterable<ClientEvent> {
    let next = after < 0 ? this.#events.length : after;
    const wake = { call: (): void => undefined };
    const listener = (): void => wake.call();
    this.#wakes.add(listener);
    signal.addEventListener("abort", listener);
    try {
      while (!signal.aborted) {
        const event = this.#events[next];
        if (event !== undefined) {
          next += 1;
          yield event;
        } else {
          await new Promise<void>((resolve) => {
            wake.call = resolve;
          });
        }
      }
    } finally {
      this.#wakes.delete(listener);
    }
  }

  /** Tells every page what happened. */
  tell(event: NewEvent): void {
    this.#events.push({ ...event, seq: this.#events.length + 1, atMs: Date.now() } as ClientEvent);
    for (const wake of this.#wakes) wake();
  }

  /** Changes the call there is, or makes one, and tells it. */
  setCall(change: Partial<CallInfo>): CallInfo {
    const call: CallInfo = { ...NO_CALL, ...this.callInfo, ...change };
    if (JSON.stringify(call) !== JSON.stringify(this.callInfo)) {
      this.callInfo = call;
      this.tell({ type: "call.changed", account: call.account });
    }
    return call;
  }

  /** A message of the other side arrives. */
  receive(message: Message): void {
    this.messages.push(message);
    this.unread[message.chat] = (this.unread[message.chat] ?? 0) + 1;
    this.tell({ type: "message.received", message });
  }

  /** Changes an own message and tells it. */
  change(id: string, change: Partial<Message>): void {
    const at = this.messages.findIndex((each) => each.id === id);
    const message = this.messages[at];
    if (message === undefined) throw new RangeError("no such message");
    this.messages[at] = { ...message, ...change };
    this.tell({ type: "message.changed", message: { ...message, ...change } });
  }

  #historyOf(who: string): TrustHistory {
    const contact = this.#contact(who);
    return this.#witnessed.has(who) ? witnessedOf(contact) : trustOf(contact);
  }

  #contact(who: string): Contact {
    const contact = this.contacts.find((each) => each.account === who);
    if (contact === undefined) throw new MessengerError("WHO_UNKNOWN", "unknown");
    return contact;
  }

  #edit(who: string, change: Partial<Contact>): Contact {
    const contact = { ...this.#contact(who), ...change };
    this.contacts = this.contacts.map((each) => (each.account === who ? contact : each));
    return contact;
  }

  #forget(who: string): { deleted: boolean } {
    this.contacts = this.contacts.filter((each) => each.account !== who);
    return { deleted: true };
  }

  #of(account: string): Message[] {
    return this.messages.filter((each) => each.chat === account);
  }

  #chat(contact: Contact, last: Message | undefined = this.#of(contact.account).at(-1)): Chat {
    const { account } = contact;
    return {
      contact,
      ...(last === undefined ? {} : { last }),
      unread: this.unread[account] ?? 0,
      ...this.settings[account],
    };
  }

  #chats(): Chat[] {
    // One walk for all chats: what the app waits for must not be this fake.
    const lastByChat = new Map(this.messages.map((each) => [each.chat, each]));
    const chats = this.contacts
      .filter(({ relation }) => relation !== "requesting")
      .map((each) => this.#chat(each, lastByChat.get(each.account)));
    return chats.sort((a, b) => Number(b.isPinned === true) - Number(a.isPinned === true));
  }

  #set({ who, ...changes }: Methods["chat.set"]["params"]): Chat {
    const { isPinned, isArchived, isMarkedUnread, isAddressHidden, mutedUntilMs, draft } = {
      ...this.settings[who],
      ...changes,
    };
    this.settings[who] = {
      ...(isPinned === true ? { isPinned } : {}),
      ...(isArchived === true ? { isArchived } : {}),
      ...(isMarkedUnread === true ? { isMarkedUnread } : {}),
      ...(isAddressHidden === true ? { isAddressHidden } : {}),
      ...(mutedUntilMs === undefined || mutedUntilMs === 0 ? {} : { mutedUntilMs }),
      ...(draft === undefined ? {} : { draft }),
    };
    this.tell({ type: "chat.changed", account: who });
    return this.#chat(this.#contact(who));
  }

  #saveDraft({ who, text, replyTo }: Methods["chat.saveDraft"]["params"]): { saved: boolean } {
    const { draft: _, ...settings } = this.settings[who] ?? {};
    const isEmpty = text === "" && replyTo === undefined;
    const draft = replyTo === undefined ? { text } : { text, replyTo };
    this.settings[who] = isEmpty ? settings : { ...settings, draft };
    return { saved: true };
  }

  #list({ who, before, limit = 50 }: Methods["message.list"]["params"]): Message[] {
    const all = this.#of(who);
    const end = before === undefined ? all.length : all.findIndex(({ id }) => id === before);
    return all.slice(Math.max(0, end - limit), end);
  }

  #send({ who, text, id = "", replyTo, isOnce }: Methods["message.send"]["params"]): Message {
    const known = this.messages.find((each) => each.id === id);
    if (known !== undefined) return known;
    const original = this.messages.find((each) => each.id === replyTo);
    const quote =
      original && ({ id: original.id, isOwn: original.isOwn, state: "checked", text: original.text } as const);
    const said = isOnce === true ? ({ text: "", once: { state: "sent" } } as const) : { text };
    const sent = { id, chat: who, isOwn: true, ...said, sentAtMs: Date.now(), state: "queued" } as const;
    const message: Message = quote === undefined ? sent : { ...sent, replyTo: quote };
    this.messages.push(message);
    this.tell({ type: "message.changed", message });
    return message;
  }

  #mark(id: string, change: Partial<Message>): Message {
    this.change(id, change);
    const message = this.messages.find((each) => each.id === id);
    if (message === undefined) throw new MessengerError("MESSAGE_UNKNOWN", "unknown");
    return message;
  }

  #delete({ id, isForEveryone }: Methods["message.delete"]["params"]): { deleted: boolean } {
    const message = this.#mark(id, {});
    if (isForEveryone) {
      const { reactions: _, replyTo: __, ...rest } = message;
      this.messages = this.messages.map((each) => (each.id === id ? rest : each));
      this.#mark(id, { text: "", isDeleted: true, change: { kind: "delete", state: "queued" } });
    } else {
      this.messages = this.messages.filter((each) => each.id !== id);
      this.tell({ type: "message.removed", removed: { chat: message.chat, isOwn: message.isOwn, id } });
    }
    return { deleted: true };
  }

  #beginFile(head: Methods["file.begin"]["params"]): { id: string } {
    const id = head.id ?? "";
    if (this.refusedUpload !== null) throw new MessengerError(this.refusedUpload, "refused");
    this.uploads.set(id, { head, bytes: [] });
    return { id };
  }

  #appendFile(id: string, offset: number, data: string): { doneBytes: number } {
    const upload = this.uploads.get(id);
    if (upload === undefined) throw new MessengerError("UPLOAD_GONE", "gone");
    if (offset !== upload.bytes.length) throw new MessengerError("PARAMS_INVALID", "not in order");
    for (const byte of Buffer.from(data, "base64")) upload.bytes.push(byte);
    return { doneBytes: upload.bytes.length };
  }

  #finishFile(id: string): Message {
    const upload = this.uploads.get(id);
    if (upload === undefined) throw new MessengerError("UPLOAD_GONE", "gone");
    const { who = "", name, sizeBytes, mediaType = "", preview, voice } = upload.head;
    const message = this.#send({ who, text: " ", id });
    const file = {
      name,
      sizeBytes,
      mediaType,
      hasPreview: preview !== undefined,
      ...(voice === undefined ? {} : { voice }),
      state: "offered",
      doneBytes: 0,
    } as const;
    return this.#mark(message.id, { text: "", file });
  }

  #files(): readonly Message[] {
    return this.messages.filter(({ file }) => file !== undefined);
  }

  #setFile(id: string, change: Partial<NonNullable<Message["file"]>>): Message {
    const { file } = this.#mark(id, {});
    if (file === undefined) throw new MessengerError("MESSAGE_NOT_FILE", "no file");
    return this.#mark(id, { file: { ...file, ...change } });
  }

  #open({ id }: Methods["message.open"]["params"]): Methods["message.open"]["result"] {
    const inside = this.onceInside.get(id);
    if (inside === undefined) throw new MessengerError("MESSAGE_OPENED", "gone");
    this.onceInside.delete(id);
    const { file: _, ...message } = this.#mark(id, { once: { state: "opened" } });
    this.messages = this.messages.map((each) => (each.id === id ? message : each));
    return { message: this.#mark(id, {}), ...inside };
  }

  #react({ id, emoji }: Methods["message.react"]["params"]): Message {
    const theirs = (this.#mark(id, {}).reactions ?? []).filter(({ isOwn }) => !isOwn);
    return this.#mark(id, { reactions: emoji === undefined ? theirs : [...theirs, { emoji, isOwn: true }] });
  }

  #unlock({ pin }: { pin: string }): AccountStatus {
    if (pin !== this.pin) {
      throw new MessengerError("WRONG_PIN", "wrong", { details: { retryAfterMs: this.retryAfterMs } });
    }
    this.status = { ...READY, hasPin: true };
    return this.status;
  }

  #search({ text, who, group }: Methods["message.search"]["params"]): SearchResult {
    const wanted = text.toLowerCase();
    const chats = this.contacts.filter(({ account }) => group === undefined && (who === undefined || account === who));
    const found = chats.flatMap((contact) =>
      this.#of(contact.account).flatMap((message) => {
        const start = message.text.toLowerCase().indexOf(wanted);
        return start < 0 ? [] : [{ contact, message, matches: [{ start, end: start + wanted.length }] }];
      }),
    );
    const groups = this.groups.list.filter(
      (each) => who === undefined && (group === undefined || group === each.group),
    );
    const said = groups.flatMap(({ group: id, name }) =>
      this.groups.messages.flatMap((message) => {
        const start = message.group === id ? message.text.toLowerCase().indexOf(wanted) : -1;
        return start < 0
          ? []
          : [{ group: { group: id, name }, message, matches: [{ start, end: start + wanted.length }] }];
      }),
    );
    return { found: [...found, ...said], isComplete: true };
  }

  #makeHandlers(): Handlers {
    const safetyNumber = Array.from({ length: 12 }, (_, at) => String(10_203 + at * 7_411)).join(" ");
    return {
      "account.status": () => this.status,
      "account.create": ({ handle, pin }) => {
        const { handle: _, ...ready } = READY;
        const own = handle === undefined ? {} : { handle: { written: handle, publication: "waiting" as const } };
        this.pin = pin ?? "";
        this.status = { ...ready, ...own, hasPin: pin !== undefined, areWordsConfirmed: false };
        return { account: ready.account ?? "" };
      },
      "account.recover": ({ words }) => {
        if (words.trim().split(/\s+/).length !== 24) throw new MessengerError("WORDS_WRONG", "wrong");
        this.status = { ...READY, areWordsConfirmed: true };
        return { status: this.status, isChainFound: true, asked: 3, contacts: 2 };
      },
      "account.proof": () => ({ statement: STATEMENT, ...(this.proofPost === null ? {} : { post: this.proofPost }) }),
      "account.setProof": ({ post }) => {
        this.proofPost = post === undefined ? null : post.replace(/^.*\//, "");
        return this.status;
      },
      "contact.post": ({ who }) => ({
        handle: this.#contact(who).handle ?? "",
        statement: STATEMENT,
        canFetch: true,
        ...(this.proofPost === null ? {} : { post: this.proofPost }),
      }),
      "contact.checkPost": ({ who, text }) => {
        const isSeen = text === undefined || text.trim() === STATEMENT;
        const contact = isSeen ? this.#edit(who, { trust: "PROOF_SEEN" }) : this.#contact(who);
        return { state: isSeen ? ("seen" as const) : ("no-statement" as const), contact };
      },
      "account.releaseHandle": () => {
        const { handle: _, ...status } = this.status;
        this.status = status;
        return status;
      },
      "account.contestHandle": ({ account }) => {
        this.contested.push(account);
        const { handle } = this.status;
        this.status = { ...this.status, ...(handle && { handle: { ...handle, contested: account } }) };
        return this.status;
      },
      "account.words": () => ({ words: this.words }),
      "account.confirmWords": ({ checks }) => {
        const isRight = checks.every(({ position, word }) => this.words?.[position - 1] === word);
        if (!isRight) throw new MessengerError("WORDS_WRONG", "wrong");
        this.words = null;
        this.status = { ...this.status, areWordsConfirmed: true };
        return this.status;
      },
      "account.claimHandle": ({ handle }) => {
        this.status = { ...this.status, handle: { written: handle.replace("@", ""), publication: "waiting" } };
        return this.status;
      },
      "account.setReadReceipts": ({ isOn }) => {
        this.status = { ...this.status, hasReadReceipts: isOn };
        return this.status;
      },
      "account.setTypingIndicators": ({ isOn }) => {
        this.status = { ...this.status, hasTypingIndicators: isOn };
        return this.status;
      },
      "account.setContactBackup": ({ isOn }) => {
        this.status = { ...this.status, contactBackup: { isOn } };
        return this.status;
      },
      "account.setAddressHidden": ({ isOn }) => {
        this.status = { ...this.status, isAddressHidden: isOn };
        return this.status;
      },
      "account.setProfile": (profile) => {
        this.status = { ...this.status, profile };
        return this.status;
      },
      "account.setPicture": ({ picture }) => {
        const { pictureId: _, ...status } = this.status;
        if (picture === undefined) this.pictures.delete("own");
        else this.pictures.set("own", picture);
        this.status = picture === undefined ? status : { ...status, pictureId: picture.slice(-16) };
        return this.status;
      },
      "profile.picture": ({ who = "own" }) => {
        const data = this.pictures.get(who);
        return { picture: data === undefined ? null : { mediaType: "image/webp", data } };
      },
      "account.setNewChatTimer": ({ afterMs }) => {
        const { newChatTimerMs: _, ...status } = this.status;
        this.status = afterMs === undefined ? status : { ...status, newChatTimerMs: afterMs };
        return this.status;
      },
      "account.unlock": (params) => this.#unlock(params),
      "account.lock": () => {
        if (this.pin !== "") this.status = { state: "locked", hasPin: true };
        return this.status;
      },
      "account.setPin": ({ oldPin = "", newPin = "" }) => {
        if (oldPin !== this.pin) throw new MessengerError("WRONG_PIN", "wrong");
        this.pin = newPin;
        this.status = { ...this.status, hasPin: newPin !== "" };
        return this.status;
      },
      "account.setLock": ({ idleMs, whenHidden, eraseAfterTries }) => {
        const lock = {
          ...this.status.lock,
          ...(idleMs === undefined ? {} : { idleMs }),
          ...(whenHidden === undefined ? {} : { whenHidden }),
          ...(eraseAfterTries === undefined ? {} : { eraseAfterTries }),
        };
        this.status = { ...this.status, lock };
        return this.status;
      },
      "account.present": () => ({ isOpen: true }),
      "account.erase": () => ({ isErased: true }),
      "backup.export": () => ({ id: "b".repeat(32) }),
      "backup.next": () => ({ data: btoa("backup"), isEnd: true }),
      "backup.restore": () => ({ id: "b".repeat(32) }),
      "backup.append": ({ data }) => ({ doneBytes: data.length }),
      "backup.finish": () => {
        this.status = { ...READY, hasPin: false };
        return this.status;
      },
      "backup.cancel": () => ({ cancelled: true }),
      "archive.get": () => ({ archive: this.archive }),
      "archive.begin": () => ({ id: "c".repeat(32) }),
      "archive.append": ({ records }) => {
        this.archiveRecords.push(...records);
        return { records: records.length };
      },
      "archive.finish": () => {
        this.archive = X_ARCHIVE;
        return X_ARCHIVE;
      },
      "archive.cancel": () => ({ cancelled: true }),
      "archive.people": ({ list, after }) =>
        list !== "following" || after !== undefined
          ? { people: [{ id: "20077" }] }
          : {
              people: [
                { id: "20011", handle: "noor" },
                { id: "20012", handle: "imran_m" },
                { id: "20013", handle: "layla_writes" },
                { id: "20014" },
              ],
              next: "1/00000003",
            },
      "archive.threads": () => ({ threads: X_THREADS }),
      "archive.messages": () => ({ messages: X_MESSAGES }),
      "archive.remove": () => {
        this.archive = null;
        return { removed: true };
      },
      "storage.list": () => ({
        chats: this.contacts.map((contact, at) => ({ contact, files: 7 - at, fileBytes: 41_000_000 >> at })),
        groups: this.groups.list.map(({ group, name }) => ({
          group: { group, name },
          files: 4,
          fileBytes: 29_000_000,
        })),
        searchBytes: 310_000,
      }),
      "storage.measure": ({ who, group }) => {
        const messages = (
          who === undefined ? this.groups.messages.filter((each) => each.group === group) : this.#of(who)
        ).length;
        return { messages, messageBytes: 600 * messages, previewBytes: 0 };
      },
      "storage.removeFiles": () => ({ files: 3, bytes: 12_000_000, isDone: true }),
      "storage.clearChat": ({ who = "", group }) => {
        if (group !== undefined) {
          this.tell({ type: "group.cleared", group });
          return { messages: this.groups.clear(group) };
        }
        const messages = this.#of(who).length;
        this.messages = this.messages.filter((each) => each.chat !== who);
        this.tell({ type: "chat.cleared", account: who });
        return { messages };
      },
      "invite.create": () => ({ text: `kith:i/${"AbCdEf0123".repeat(28)}`, expiresAtMs: Date.now() + 7 * 86_400_000 }),
      "invite.join": () => this.#edit(this.contacts[0]?.account ?? "", {}),
      "directory.lookup": () => this.lookup,
      "contact.add": ({ who }) => {
        const contact = makeContact(who, { name: "@noor", handle: "noor", relation: "requested" });
        this.contacts = [...this.contacts, contact];
        return contact;
      },
      "contact.list": () => this.contacts,
      "contact.get": ({ who }) => ({ ...this.#contact(who), safetyNumber }),
      "contact.rename": ({ who, name }) => this.#edit(who, { name: name === "" ? "@noor" : name }),
      "contact.verify": ({ who, isVerified }) => this.#edit(who, { trust: isVerified ? "VERIFIED" : "CLAIMED" }),
      "contact.acceptChange": ({ who }) => this.#edit(who, { trust: "CLAIMED" }),
      "contact.trust": ({ who }) => this.#historyOf(who),
      "contact.askWitnesses": ({ who }) => {
        this.#witnessed.add(who);
        return { ...this.#historyOf(who), asked: 3, agreed: 3 };
      },
      "contact.introduce": ({ who, to, id }) => {
        const { account, handle, trust } = this.#contact(who);
        const isProven = handle !== undefined && (trust === "VERIFIED" || trust === "PROOF_SEEN");
        const introduction = { account, ...(isProven ? { handle } : {}) };
        return this.#mark(this.#send({ who: to, text: "", ...(id === undefined ? {} : { id }) }).id, { introduction });
      },
      "contact.block": ({ who }) => this.#edit(who, { relation: "blocked" }),
      "contact.unblock": ({ who }) => this.#edit(who, { relation: "accepted" }),
      "contact.delete": ({ who }) => this.#forget(who),
      "request.list": () =>
        this.contacts
          .filter(({ relation }) => relation === "requesting")
          .map((contact) => ({ contact, messages: this.#of(contact.account), groups: 1 })),
      "request.accept": ({ who }) => this.#edit(who, { relation: "accepted" }),
      "request.delete": ({ who }) => this.#forget(who),
      "chat.list": () => this.#chats(),
      "chat.set": (params) => this.#set(params),
      "chat.setTyping": () => ({ isTold: true }),
      "chat.saveDraft": (params) => this.#saveDraft(params),
      "message.list": (params) => this.#list(params),
      "message.send": (params) => this.#send(params),
      "message.forward": ({ to = "", newId, id }) => {
        const { text } = this.#mark(id, {});
        return this.#mark(this.#send({ who: to, text, ...(newId === undefined ? {} : { id: newId }) }).id, {
          isForwarded: true,
        });
      },
      "message.edit": ({ id, text }) =>
        this.#mark(id, { text, editedAtMs: Date.now(), change: { kind: "edit", state: "queued" } }),
      "message.delete": (params) => this.#delete(params),
      "message.react": (params) => this.#react(params),
      "chat.setTimer": ({ who, afterMs }) => {
        const { vanishAfterMs: _, ...contact } = this.#contact(who);
        this.#edit(who, contact);
        if (afterMs !== undefined) this.#edit(who, { vanishAfterMs: afterMs });
        return { isChanged: true };
      },
      "message.open": (params) => this.#open(params),
      "message.close": () => ({ closed: true }),
      "message.markPlayed": ({ id, group }) =>
        group === undefined ? this.#mark(id, { isPlayed: true }) : this.groups.rewrite(id, { isPlayed: true }),
      "message.markRead": ({ who }) => {
        this.unread[who] = 0;
        const { isMarkedUnread: _, ...settings } = this.settings[who] ?? {};
        this.settings[who] = settings;
        return { unread: 0 };
      },
      "message.search": (params) => this.#search(params),
      "file.list": () => this.#files(),
      "file.accept": ({ id }) => this.#setFile(id, { state: "moving" }),
      "file.pause": ({ id }) => this.#setFile(id, { state: "paused" }),
      "file.cancel": ({ id }) => this.#setFile(id, { state: "cancelled", doneBytes: 0 }),
      "file.preview": () => ({ jpeg: PICTURE }),
      "file.begin": (params) => this.#beginFile(params),
      "file.append": ({ id, offset, data }) => this.#appendFile(id, offset, data),
      "file.finish": ({ id }) => this.#finishFile(id),
      "file.discard": ({ id }) => ({ discarded: this.uploads.delete(id) }),
      "file.read": ({ id, unit }) => ({
        data: this.fileBytes.get(id)?.[unit] ?? "",
        unitCount: this.fileBytes.get(id)?.length ?? 1,
      }),
      "call.ways": () => ({ isAddressHidden: false, servers: [] }),
      ...this.groups.handlers(),
      "call.get": () => ({ call: this.callInfo }),
      "call.start": ({ who, isVideo }) =>
        this.setCall({ id: "c1".repeat(16), account: who, isOutgoing: true, isVideo, phase: "ringing" }),
      "call.accept": () => this.setCall({ phase: "connecting" }),
      "call.decline": () => this.setCall({ phase: "ended", end: { reason: "declined", isOwn: true } }),
      "call.end": ({ reason = "hang-up" }) => this.setCall({ phase: "ended", end: { reason, isOwn: true } }),
      "call.tell": () => this.setCall({}),
      "call.restart": () => this.setCall({}),
      "call.report": () => this.setCall({}),
      "relay.list": () => this.relays,
      "relay.add": ({ address }) => {
        const relay: RelayStatus = {
          relay: `12D3${address.slice(-6)}`,
          addresses: [address],
          source: "added",
          state: "connecting",
          isBox: false,
          isQueue: true,
          brokenPromises: 0,
        };
        this.relays = [...this.relays, relay];
        return relay;
      },
      ...this.own.handlers,
      "relay.remove": ({ relay }) => {
        this.relays = this.relays.filter((each) => each.relay !== relay);
        return { removed: true };
      },
    };
  }
}

const NO_CALL: CallInfo = {
  id: "c2".repeat(16),
  account: "",
  isOutgoing: false,
  isVideo: false,
  phase: "ringing",
  isHeard: true,
  media: { hasMicrophone: true, picture: "none" },
};

/** A small picture; browsers look at the bytes and not at what they are called. */
export const PICTURE =
  "iVBORw0KGgoAAAANSUhEUgAAABgAAAAQCAIAAACDRijCAAADXklEQVR42gXBQafsPBgA4P66rrrqqrrIoqqLLKq6iKuijhgVNaIiol4VERUVFaNGjeM4ruv7Yd/zJGX6B6VDldImHXH61aasTx8knYaUj+nM0ueUijldRCplqnSqIV1NCi7dfGpCamPqrnS/U5+U2YAyWmVjk33hjLXZo88mkvEhm8fsyTIxZcucSZEpmWmdrZCByTaXGZ/ZkLmY7Vfm7+xIypyifKzyryZnOH+0+dTnnOTzkD/HXLB8mXI550rkWuarzgHyzeTG5dbnLuR7zP2VH3cekrIYUfFVFawpHriY2oL3xUyK51CIsVhYIadCzYUWxSoL0MUGhTGFdYXzxR4KH4vjKsJdnEmJvhBiFXo0aMKIt2ju0ZMgMaBlRJIhNSE9o1UgkGjTyACyBjmHdo98QEdE4ULnjWJS1gzVj6qemprjem7rZ18LUi9DLcdasVpP9TrXIOpN1kbXFmpn6t3V3tdHqEOsz6uOd/1KSvxAeKowb/CM8bPFoscLwXLAasSa4XXCMONNYCOx1dgB3g32Dh8eh4DPiOOFXze+krKbUMerbm66J+5E2y19J0mnhk6P3co6mLpt7ozorOyc7nbovOkO1wXfnaGLsXtd3XV376QkHJG5Is+GCEyWlsieKEL0QNaRACPbRMxMrCBOkl0TD+QwJDhyehIDeUVyXeR9kzsp6Yzos6KioQumsqWqp5rQdaAw0o1RM1E7UyfoLqnX9AAaDD0djZ6+Ar0ifV/0vuknKdkTMVGxpWESM9Uy3bOVMBjYNjLDmJ2Ym9kumJfs0CwAOw2Ljr08uwJ7R3Zf7HOz76TkAvGl4rLhCnPd8rXnQPg2cDNyy7ib+D5zL/ghedD8BB4Nfzl+ef4O/I78c/Hvm/8kpViQkJVQjdBYrK2AXmxEmEHYUTgm9kn4WRxCBClOLSKIlxGXE28v7iA+UXxf4ucWv0mpJFKqUrpRK1bQqq1Xhig7KDeqnSk/qWNWQahTqqjVC9Rl1Nup26tPUN9R/Vzq91Z/kxIUAl3B2gBg2FowPVgCboB9BM/gmCDMcAqIEl4aLoC3gdvBx8N3gJ8Ivxf8veFfUlqN7FpZaOyGrWmt7a0jdh+sH+3BbJjsOdso7EvaS9s32NvYj7Pf3v4E+xvt38v+u+1//wP4N2Wf0k3HxgAAAABJRU5ErkJggg==";

const WORDS = [
  "abandon",
  "ability",
  "market",
  "ocean",
  "paper",
  "river",
  "stone",
  "tunnel",
  "velvet",
  "window",
  "yellow",
];

/** An account that is ready, with everything done. */
export const READY: AccountStatus = {
  state: "ready",
  account: "kith1qyouandmykey0000000000000000000000000000000000",
  handle: { written: "you", publication: "published" },
  hasPin: false,
  areWordsConfirmed: true,
  hasReadReceipts: true,
};

/** A contact with usual facts. */
export function makeContact(account: string, facts: Partial<Contact>): Contact {
  return { account, name: account, trust: "CLAIMED", isByInvite: false, relation: "accepted", devices: 1, ...facts };
}

const STATEMENT =
  "kith v1 @you kith18pmzwdahnv82acx7xeyh2fdfzcxjtkzf64c8czhfj3cz47phk2zqhdksfl seq 2 - my messenger key";

const TRUST_AT_MS = 1_763_000_000_000;

/** A way to what is said of a person. */
function trustOf(contact: Contact): TrustHistory {
  const steps: TrustHistory["steps"] = [
    { type: "invited", atMs: TRUST_AT_MS, state: "INTRODUCED" },
    { type: "claim-seen", atMs: TRUST_AT_MS, state: "INTRODUCED" },
  ];
  const recovered = { type: "chain-recovered", atMs: TRUST_AT_MS + 3_600_000, state: "CHANGED" } as const;
  const isChanged = contact.trust === "CHANGED";
  return { contact, isSendingBlocked: isChanged, rivals: [], steps: isChanged ? [...steps, recovered] : steps };
}

/** Three relays have seen the contact alike for a month. */
function witnessedOf(contact: Contact): TrustHistory {
  const history = trustOf(contact);
  const witnesses = { agreed: 3, asked: 3, sinceMs: TRUST_AT_MS - 30 * 86_400_000 };
  const step = { type: "witnessed", atMs: TRUST_AT_MS + 7_200_000, state: contact.trust, witnesses } as const;
  return { ...history, steps: [...history.steps, step] };
}
