/** The methods about an X archive: taken in, read, removed. Nothing of it is sent, searched, or counts as a proof. */
import { toHex } from "@kith/protocol";
import type { ArchiveInfo, ArchiveMessageView, ArchivePerson, Methods } from "../client.ts";
import type { Core } from "../core.ts";
import type { Extras, Inside } from "../extras.ts";
import { createKeyedLock, type KeyedLock } from "../lock.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Handlers } from "../methods/handlers.ts";
import { KEY_END } from "../store/table.ts";
import { ArchiveImport, threadKey } from "./archive-import.ts";
import { archiveTables, clearArchive, type PersonRow, type ThreadRow } from "./archive-rows.ts";

type ArchiveHandlers = Pick<Handlers, Extract<keyof Handlers, `archive.${string}`>>;
type Writing = Pick<
  ArchiveHandlers,
  "archive.begin" | "archive.append" | "archive.finish" | "archive.cancel" | "archive.remove"
>;

/** People and conversations of one answer, messages of one, and people looked at for one. */
const MAX_LISTED = 200;
const MAX_MESSAGES = 100;
const MAX_LOOKED_AT = 2000;

/** The methods over the account that is open. */
export function openArchives(): Extras {
  return (inside): ArchiveHandlers => ({
    ...writingMethods(inside),
    async "archive.get"() {
      return { archive: await getArchive(inside.engine().core) };
    },
    async "archive.people"({ list, after }) {
      return listPeople(await requireArchive(inside), list, after);
    },
    async "archive.threads"({ after }) {
      return listThreads(await requireArchive(inside), after);
    },
    async "archive.messages"({ thread, before }) {
      return listMessages(await requireArchive(inside), thread, before);
    },
  });
}

/** The import that is under way, at most one; one call after the other. */
class RunningImport {
  readonly #inside: Inside;
  readonly #lock: KeyedLock = createKeyedLock();
  #current: ArchiveImport | null = null;

  constructor(inside: Inside) {
    this.#inside = inside;
  }

  /** Runs alone, with the import that is under way, if any; @param task says which one is afterwards. */
  alone<T>(
    task: (core: Core, current: ArchiveImport | null) => Promise<readonly [T, ArchiveImport | null]>,
  ): Promise<T> {
    return this.#lock.run("archive", async () => {
      const { core } = this.#inside.engine();
      const [result, next] = await task(core, this.#current?.store === core.store ? this.#current : null);
      this.#current = next;
      return result;
    });
  }

  /** Goes on with one; whatever goes wrong, nothing of it stays. @throws MessengerError ARCHIVE_GONE for another. */
  during<T>(id: string, task: (current: ArchiveImport) => Promise<T>, isLast = false): Promise<T> {
    return this.alone(async (core, current) => {
      if (current === null || current.id !== id) {
        throw new MessengerError("ARCHIVE_GONE", "this import was given up; begin again");
      }
      try {
        return [await task(current), isLast ? null : current];
      } catch (error) {
        this.#current = null;
        await clearArchive(core.store);
        throw error;
      }
    });
  }
}

function writingMethods(inside: Inside): Writing {
  const running = new RunningImport(inside);
  return {
    "archive.begin": (head) =>
      running.alone(async (core) => {
        if ((await getArchive(core)) !== null) {
          throw new MessengerError("ARCHIVE_EXISTS", "an archive was imported already; remove it first");
        }
        // What an import left that was cut off.
        await clearArchive(core.store);
        const begun = new ArchiveImport(toHex(core.random(16)), core.store, head);
        return [{ id: begun.id }, begun];
      }),
    "archive.append": ({ id, records }) =>
      running.during(id, async (current) => {
        await current.append(records);
        return { records: records.length };
      }),
    "archive.finish": ({ id }) => running.during(id, (current) => current.finish(inside.parts.clock.nowMs()), true),
    "archive.cancel": ({ id }) =>
      running.alone<{ cancelled: boolean }>(async (core, current) => {
        if (current === null || current.id !== id) return [{ cancelled: false }, current];
        await clearArchive(core.store);
        return [{ cancelled: true }, null];
      }),
    "archive.remove": () =>
      running.alone(async (core) => {
        const removed = (await getArchive(core)) !== null;
        await clearArchive(core.store);
        return [{ removed }, null];
      }),
  };
}

async function getArchive({ store }: Pick<Core, "store">): Promise<ArchiveInfo | null> {
  return ((await archiveTables(store).self.get("self")) as ArchiveInfo | undefined) ?? null;
}

/** @throws MessengerError ARCHIVE_NONE. */
async function requireArchive(inside: Inside): Promise<Pick<Core, "store"> & { readonly archive: ArchiveInfo }> {
  const { core } = inside.engine();
  const archive = await getArchive(core);
  if (archive === null) throw new MessengerError("ARCHIVE_NONE", "no X archive was imported");
  return { store: core.store, archive };
}

type Opened = Awaited<ReturnType<typeof requireArchive>>;

async function listPeople(
  { store }: Opened,
  list: Methods["archive.people"]["params"]["list"],
  after: string | undefined,
): Promise<Methods["archive.people"]["result"]> {
  const start = after === undefined ? "" : `${after} `;
  const rows = await archiveTables(store).people.range(start, KEY_END, { limit: MAX_LOOKED_AT });
  const fits = rows.filter(({ value }) => value.lists.includes(list)).slice(0, MAX_LISTED);
  const isWhole = rows.length < MAX_LOOKED_AT && fits.length < MAX_LISTED;
  const last = fits.length === MAX_LISTED ? fits.at(-1) : rows.at(-1);
  const next = isWhole || last === undefined ? {} : { next: last.key };
  return { people: fits.map(({ value }) => viewPerson(value)), ...next };
}

async function listThreads(
  { store }: Opened,
  after: number | undefined,
): Promise<Methods["archive.threads"]["result"]> {
  const start = after === undefined ? "" : `${threadKey(after)} `;
  const rows = await archiveTables(store).threads.range(start, KEY_END, { limit: MAX_LISTED });
  const last = rows.length === MAX_LISTED ? rows.at(-1) : undefined;
  const threads = rows.map(({ value: { name, people, ...rest } }) => ({
    ...rest,
    ...(name === undefined ? {} : { name }),
    people: people.map(viewPerson),
  }));
  return { threads, ...(last === undefined ? {} : { next: last.value.thread }) };
}

async function listMessages(
  { store, archive }: Opened,
  thread: number,
  before: string | undefined,
): Promise<Methods["archive.messages"]["result"]> {
  const tables = archiveTables(store);
  const prefix = `${threadKey(thread)}/`;
  const people = (await tables.threads.get(threadKey(thread)))?.people ?? [];
  const end = prefix + (before ?? KEY_END);
  const rows = await tables.messages.range(prefix, end, { limit: MAX_MESSAGES, reverse: true });
  const last = rows.length === MAX_MESSAGES ? rows.at(-1) : undefined;
  const messages = rows.map(({ value: { senderId, ...message } }): ArchiveMessageView => {
    const sender = people.find(({ id }) => id === senderId) ?? { id: senderId };
    return { sender: viewPerson(sender), isOwn: senderId === archive.owner.accountId, ...message };
  });
  return { messages: messages.reverse(), ...(last === undefined ? {} : { next: last.key.slice(prefix.length) }) };
}

function viewPerson({ id, handle }: Pick<PersonRow, "id" | "handle"> | ThreadRow["people"][number]): ArchivePerson {
  return { id, ...(handle === undefined ? {} : { handle }) };
}
