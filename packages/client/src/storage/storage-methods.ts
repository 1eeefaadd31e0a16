/** The methods that list files and decide about them, say what chats take and make room. */
import type { AccountId, GroupId } from "@kith/protocol";
import type { ChatStorage, Methods } from "../client.ts";
import type { Core } from "../core.ts";
import type { Engine } from "../engine.ts";
import type { Extras } from "../extras.ts";
import { fileDecisions } from "../file/file-decisions.ts";
import type { Handlers } from "../methods/handlers.ts";
import { contactView } from "../people/contact-view.ts";
import { type ChatId, namedChat, requireChat } from "../people/named-chat.ts";
import { clearChat } from "./clear-chat.ts";
import { chatOf, isStored, removeFiles, storedBytes } from "./file-room.ts";
import { listFiles } from "./list-files.ts";
import { measureChat } from "./measure-chat.ts";

type StorageHandlers = Pick<Handlers, Extract<keyof Handlers, `storage.${string}`> | "file.list"> &
  ReturnType<typeof fileDecisions>;

const DEFAULT_LIST = 50;

/** The methods over the account that is open. */
export function openStorage(): Extras {
  return (inside): StorageHandlers => ({
    ...fileDecisions(inside),
    "file.list": ({ who, group, limit = DEFAULT_LIST }) => listFiles(inside.engine().core, { who, group }, limit),
    async "storage.list"() {
      return listChats(inside.engine());
    },
    async "storage.measure"({ who, group, after }) {
      const { core } = inside.engine();
      return measureChat(core, requireChat(core, { who, group }), after);
    },
    async "storage.removeFiles"({ who, group, olderThanMs = 0 }) {
      const engine = inside.engine();
      const { core, files } = engine;
      const chat = namedChat(core, { who, group });
      return removeFiles({ core, files }, { chat, beforeMs: core.clock.nowMs() - olderThanMs });
    },
    async "storage.clearChat"({ who, group }) {
      const engine = inside.engine();
      const chat = requireChat(engine.core, { who, group });
      const { said } = engine.core.others;
      if (group !== undefined && said !== undefined) return { messages: await said.clear(chat as GroupId) };
      return { messages: await clearChat(engine, chat as AccountId) };
    },
  });
}

function listChats({ core, search }: Engine): Methods["storage.list"]["result"] {
  const { said } = core.others;
  const shown = said?.groups().filter((group) => said.isShown(group)) ?? [];
  return {
    chats: core.people.contacts().map((row) => ({ contact: contactView(row), ...filesOf(core, row.account) })),
    groups: shown.map((group) => ({ group: { group, name: said?.nameOf(group) ?? "" }, ...filesOf(core, group) })),
    searchBytes: search?.storedBytes ?? 0,
  };
}

function filesOf(core: Core, chat: ChatId): Pick<ChatStorage, "files" | "fileBytes"> {
  const files = core.files.all().filter((file) => chatOf(file) === chat && isStored(file));
  return { files: files.length, fileBytes: files.reduce((sum, file) => sum + storedBytes(file), 0) };
}
