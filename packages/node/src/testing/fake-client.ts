/** A client without an engine: one account, a few people, messages in memory. For tests of what surrounds an engine. */
import {
  type AccountStatus,
  type ArchiveInfo,
  type Chat,
  type Client,
  type ClientEvent,
  type Contact,
  type Message,
  MessengerError,
  type MethodName,
  type Methods,
} from "@kith/client";

type Handlers = { readonly [M in MethodName]?: (params: Methods[M]["params"]) => Methods[M]["result"] };
type NewEvent = ClientEvent extends infer E ? (E extends ClientEvent ? Omit<E, "seq" | "atMs"> : never) : never;

/** The account of the fake client's one contact. */
export const NOOR: Contact = Object.freeze({
  account: "kith1noor",
  name: "Noor",
  handle: "noor",
  trust: "CLAIMED",
  isByInvite: false,
  relation: "accepted",
  devices: 1,
});

const START_MS: number = Date.UTC(2026, 10, 22, 12, 0);

/** What was imported from X. */
const ARCHIVE: ArchiveInfo = Object.freeze({
  owner: { accountId: "1000", handle: "noor_h" },
  madeAtMs: START_MS,
  formerHandles: [{ handle: "noor" }],
  importedAtMs: START_MS,
  counts: { following: 2, followers: 0, blocked: 0, muted: 0, named: 1, threads: 1, messages: 2 },
});

/** Answers every method that the commands need; `overrides` replaces single ones. */
export class FakeClient implements Client {
  /** Every call in order, as `method` and parameters. */
  readonly calls: (readonly [MethodName, unknown])[] = [];
  readonly messages: Message[] = [];
  readonly contacts: Contact[] = [NOOR];
  readonly happened: ClientEvent[] = [];
  readonly overrides: { -readonly [M in MethodName]?: Handlers[M] } = {};
  /** What is set for chats, by account. */
  readonly settings: Record<string, Partial<Chat>> = {};
  status: AccountStatus = { state: "ready", account: "kith1me", areWordsConfirmed: true };
  /** Streams that are open now. */
  openStreams = 0;
  #nextId = 0;
  readonly #wakes = new Set<() => void>();

  async call<M extends MethodName>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]> {
    this.calls.push([method, params]);
    const handler = (this.overrides[method] ?? this.#handlers[method]) as Handlers[M];
    if (handler === undefined) throw new MessengerError("METHOD_UNKNOWN", "the fake client does not know the method");
    return handler(params);
  }

  async *events(after: number, signal: AbortSignal): AsyncGenerator<ClientEvent> {
    let next = after === -1 ? this.happened.length : this.happened.filter(({ seq }) => seq <= after).length;
    this.openStreams += 1;
    try {
      while (!signal.aborted) {
        const event = this.happened[next];
        if (event === undefined) await this.#change(signal);
        else {
          next += 1;
          yield event;
        }
      }
    } finally {
      this.openStreams -= 1;
    }
  }

  /** Lets an event happen. */
  emit(event: NewEvent): void {
    this.happened.push({ ...event, seq: this.happened.length + 1, atMs: START_MS } as ClientEvent);
    for (const wake of this.#wakes) wake();
  }

  /** Lets a contact write. */
  receive(text: string, contact: Contact = NOOR): Message {
    const message = this.#add({ chat: contact.account, isOwn: false, text, state: "received" });
    this.emit({ type: "message.received", message });
    return message;
  }

  /** Lets the state of an own message change. */
  change(id: string, change: Partial<Message>): void {
    const index = this.messages.findIndex((message) => message.id === id);
    const before = this.messages[index];
    if (before === undefined) throw new RangeError("no such message");
    const message = { ...before, ...change };
    this.messages[index] = message;
    this.emit({ type: "message.changed", message });
  }

  /** The parameters of all calls of one method. */
  callsOf(method: MethodName): readonly unknown[] {
    return this.calls.filter(([name]) => name === method).map(([, params]) => params);
  }

  #add(message: Omit<Message, "id" | "sentAtMs"> & { readonly id?: string }): Message {
    this.#nextId += 1;
    const id = message.id ?? String(this.#nextId).padStart(32, "0");
    const added = { ...message, id, sentAtMs: START_MS + this.#nextId * 60_000 };
    this.messages.push(added);
    return added;
  }

  #find(who: string): Contact {
    const name = who.replace(/^@/, "").toLowerCase();
    const found = this.contacts.find(
      (contact) => contact.account === who || contact.handle === name || contact.name.toLowerCase() === name,
    );
    if (found === undefined) throw new MessengerError("WHO_UNKNOWN", "nobody by that name");
    return found;
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#wakes.delete(done);
        resolve();
      };
      this.#wakes.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  #send({ who, text, id, replyTo }: Methods["message.send"]["params"]): Message {
    const known = this.messages.find((message) => message.id === id);
    if (known !== undefined) return known;
    const { account } = this.#find(who);
    const quote = replyTo === undefined ? {} : this.#quote(who, replyTo);
    const given = id === undefined ? {} : { id };
    return this.#add({ chat: account, isOwn: true, text, state: "queued", ...quote, ...given });
  }

  #chat(contact: Contact): Chat {
    const messages = this.messages.filter((message) => message.chat === contact.account);
    const last = messages.at(-1);
    return {
      contact,
      unread: messages.filter(({ isOwn }) => !isOwn).length,
      ...(last === undefined ? {} : { last }),
      ...this.settings[contact.account],
    };
  }

  #named({ who, id }: { readonly who: string; readonly id: string }): Message {
    const { account } = this.#find(who);
    const found = this.messages.find((message) => message.chat === account && message.id === id);
    if (found === undefined) throw new MessengerError("MESSAGE_UNKNOWN", "there is no such message in this chat");
    return found;
  }

  #changed(id: string, change: Partial<Message>): Message {
    this.change(id, change);
    return this.messages.find((message) => message.id === id) as Message;
  }

  #quote(who: string, id: string): Partial<Message> {
    const { isOwn, text } = this.#named({ who, id });
    return { replyTo: { id, isOwn, state: "checked", text } };
  }

  readonly #handlers: Handlers = {
    "account.status": () => this.status,
    "account.create": ({ handle }) => {
      const named = handle === undefined ? {} : { handle: { written: handle, publication: "waiting" as const } };
      this.status = { state: "ready", account: "kith1me", areWordsConfirmed: false, ...named };
      return { account: "kith1me" };
    },
    "account.words": () => ({ words: Array.from({ length: 24 }, (_, index) => `word${index + 1}`) }),
    "account.confirmWords": () => {
      this.status = { ...this.status, areWordsConfirmed: true };
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
    "account.setNewChatTimer": ({ afterMs }) => {
      const { newChatTimerMs: _, ...status } = this.status;
      this.status = afterMs === undefined ? status : { ...status, newChatTimerMs: afterMs };
      return this.status;
    },
    "account.unlock": ({ pin }) => {
      if (pin !== "1234") throw new MessengerError("WRONG_PIN", "wrong PIN");
      this.status = { ...this.status, state: "ready" };
      return this.status;
    },
    "account.lock": () => {
      this.status = { ...this.status, state: "locked" };
      return this.status;
    },
    "account.setLock": ({ idleMs, whenHidden, eraseAfterTries }) => {
      const lock = {
        ...(idleMs ? { idleMs } : {}),
        ...(whenHidden ? { whenHidden } : {}),
        ...(eraseAfterTries ? { eraseAfterTries } : {}),
      };
      this.status = { ...this.status, hasPin: true, lock };
      return this.status;
    },
    "account.erase": () => ({ isErased: true }),
    "backup.export": () => ({ id: "b".repeat(32) }),
    "backup.next": () => ({ data: Buffer.from("backup").toString("base64"), isEnd: true }),
    "backup.restore": () => ({ id: "b".repeat(32) }),
    "backup.append": ({ data }) => ({ doneBytes: data.length }),
    "archive.get": () => ({ archive: ARCHIVE }),
    "archive.begin": () => ({ id: "c".repeat(32) }),
    "archive.append": ({ records }) => ({ records: records.length }),
    "archive.finish": () => ARCHIVE,
    "archive.cancel": () => ({ cancelled: true }),
    "archive.people": ({ list, after }) => {
      if (list !== "following") return { people: [] };
      return after === undefined
        ? { people: [{ id: "2001", handle: "asha" }], next: "0/00000000" }
        : { people: [{ id: "2002" }] };
    },
    "archive.threads": () => ({
      threads: [
        {
          thread: 0,
          isGroup: false,
          people: [{ id: "1000" }, { id: "2001", handle: "asha" }],
          messages: 2,
          firstAtMs: START_MS,
          lastAtMs: START_MS,
        },
      ],
    }),
    "archive.messages": () => ({
      messages: [
        { sender: { id: "2001", handle: "asha" }, isOwn: false, text: "hello", atMs: START_MS, media: 0 },
        { sender: { id: "1000" }, isOwn: true, text: "look", atMs: START_MS, media: 1 },
      ],
    }),
    "archive.remove": () => ({ removed: true }),
    "storage.list": () => ({
      chats: this.contacts.map((contact) => ({ contact, files: 2, fileBytes: 3_000_000 })),
      groups: [],
      searchBytes: 40_000,
    }),
    "storage.measure": ({ after }) =>
      after === undefined
        ? { messages: 2000, messageBytes: 700_000, previewBytes: 50_000, next: `${"1".repeat(14)}/${"a".repeat(32)}` }
        : { messages: 5, messageBytes: 2000, previewBytes: 0 },
    "storage.removeFiles": () => ({ files: 2, bytes: 3_000_000, isDone: true }),
    "storage.clearChat": () => ({ messages: 2005 }),
    "backup.cancel": () => ({ cancelled: true }),
    "backup.finish": () => ({ ...this.status, state: "ready", account: "kith1me" }),
    "account.claimHandle": ({ handle }) => {
      this.status = { ...this.status, handle: { written: handle, publication: "publishing" } };
      return this.status;
    },
    "invite.create": () => ({ text: "kith:i/abc", expiresAtMs: START_MS }),
    "invite.join": () => NOOR,
    "contact.list": () => this.contacts,
    "contact.get": ({ who }) => ({ ...this.#find(who), safetyNumber: "0".repeat(60) }),
    "contact.rename": ({ who, name }) => ({ ...this.#find(who), name }),
    "contact.block": ({ who }) => ({ ...this.#find(who), relation: "blocked" }),
    "contact.unblock": ({ who }) => this.#find(who),
    "contact.delete": () => ({ deleted: true }),
    "request.list": () => [],
    "request.accept": ({ who }) => this.#find(who),
    "request.delete": () => ({ deleted: true }),
    "chat.list": () => this.contacts.map((contact) => this.#chat(contact)),
    "chat.set": ({ who, isPinned, isArchived, mutedUntilMs, isMarkedUnread }) => {
      const contact = this.#find(who);
      this.settings[contact.account] = {
        ...(isPinned === true ? { isPinned } : {}),
        ...(isArchived === true ? { isArchived } : {}),
        ...(isMarkedUnread === true ? { isMarkedUnread } : {}),
        ...(mutedUntilMs === undefined || mutedUntilMs === 0 ? {} : { mutedUntilMs }),
      };
      return this.#chat(contact);
    },
    "message.list": ({ who, limit = 500 }) =>
      this.messages.filter(({ chat }) => chat === this.#find(who).account).slice(-limit),
    "message.send": (params) => this.#send(params),
    "message.edit": ({ text, ...named }) =>
      this.#changed(this.#named(named).id, { text, editedAtMs: START_MS, change: { kind: "edit", state: "queued" } }),
    "message.delete": ({ isForEveryone, ...named }) => {
      const { id } = this.#named(named);
      if (isForEveryone) this.change(id, { text: "", isDeleted: true, change: { kind: "delete", state: "queued" } });
      return { deleted: true };
    },
    "message.react": ({ emoji, ...named }) =>
      this.#changed(this.#named(named).id, { reactions: emoji === undefined ? [] : [{ emoji, isOwn: true }] }),
    "message.forward": ({ to = "", ...named }) => ({
      ...this.#send({ who: to, text: this.#named(named).text }),
      isForwarded: true,
    }),
    "contact.introduce": ({ who, to }) => {
      const { account } = this.#find(who);
      return { ...this.#send({ who: to, text: "" }), introduction: { account, handle: "noor" } };
    },
    "chat.setTimer": ({ who, afterMs }) => {
      const { vanishAfterMs: _, ...contact } = this.#find(who);
      const changed = afterMs === undefined ? contact : { ...contact, vanishAfterMs: afterMs };
      this.contacts.splice(this.contacts.indexOf(this.#find(who)), 1, changed);
      return { isChanged: true };
    },
    "message.markRead": () => ({ unread: 0 }),
    "relay.list": () => [],
    "group.list": () => [],
    "group.knocks": () => [],
  };
}
