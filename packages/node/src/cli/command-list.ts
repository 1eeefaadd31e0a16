/** All commands by name; each is loaded only when it runs, so that help and small commands start fast. */
import type { TextKey } from "../i18n/text.ts";
import type { Command } from "./command.ts";

/** A part of the help. */
export type CommandGroup = "node" | "people" | "messages" | "account";

/** A command that is not loaded yet. */
export interface CommandEntry {
  readonly name: string;
  readonly group: CommandGroup;
  readonly summary: TextKey;
  readonly load: () => Promise<Command>;
}

const files = () => import("./commands/files.ts");
const account = () => import("./commands/account.ts");
const groups = () => import("./commands/groups.ts");
const invites = () => import("./commands/invites.ts");
const messages = () => import("./commands/messages.ts");
const node = () => import("./commands/node.ts");
const operations = () => import("./commands/operations.ts");
const people = () => import("./commands/people.ts");
const timers = () => import("./commands/timer.ts");
const prove = () => import("./commands/prove.ts");
const requests = () => import("./commands/requests.ts");
const trust = () => import("./commands/trust.ts");

/** Every command in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = Object.freeze([
  entry("start", "node", "command.start.summary", async () => (await import("./commands/start.ts")).startCommand),
  entry("echo", "node", "command.echo.summary", async () => (await import("./commands/echo.ts")).echoCommand),
  entry("relay", "node", "command.relay.summary", async () => (await import("./commands/relay.ts")).relayCommand),
  entry("status", "node", "command.status.summary", async () => (await node()).statusCommand),
  entry("page", "node", "command.page.summary", async () => (await node()).pageCommand),
  entry("doctor", "node", "command.doctor.summary", async () => (await node()).doctorCommand),
  entry("relays", "node", "command.relays.summary", async () => (await import("./commands/relays.ts")).relaysCommand),
  entry("stop", "node", "command.stop.summary", async () => (await node()).stopCommand),
  entry("invite", "people", "command.invite.summary", async () => (await invites()).inviteCommand),
  entry("join", "people", "command.join.summary", async () => (await invites()).joinCommand),
  entry("lookup", "people", "command.lookup.summary", async () => (await people()).lookupCommand),
  entry("add", "people", "command.add.summary", async () => (await people()).addCommand),
  entry("contacts", "people", "command.contacts.summary", async () => (await people()).contactsCommand),
  entry("requests", "people", "command.requests.summary", async () => (await requests()).requestsCommand),
  entry("accept", "people", "command.accept.summary", async () => (await requests()).acceptCommand),
  entry("delete", "people", "command.delete.summary", async () => (await requests()).deleteCommand),
  entry("block", "people", "command.block.summary", async () => (await people()).blockCommand),
  entry("unblock", "people", "command.unblock.summary", async () => (await people()).unblockCommand),
  entry("verify", "people", "command.verify.summary", async () => (await trust()).verifyCommand),
  entry("trust", "people", "command.trust.summary", async () => (await trust()).trustCommand),
  entry(
    "introduce",
    "people",
    "command.introduce.summary",
    async () => (await import("./commands/introduce.ts")).introduceCommand,
  ),
  entry("check", "people", "command.check.summary", async () => (await prove()).checkCommand),
  entry("report", "people", "command.report.summary", async () => (await import("./commands/report.ts")).reportCommand),
  entry("chats", "messages", "command.chats.summary", async () => (await messages()).chatsCommand),
  entry("send", "messages", "command.send.summary", async () => (await messages()).sendCommand),
  entry("reply", "messages", "command.reply.summary", async () => (await operations()).replyCommand),
  entry("edit", "messages", "command.edit.summary", async () => (await operations()).editCommand),
  entry("unsend", "messages", "command.unsend.summary", async () => (await operations()).unsendCommand),
  entry("react", "messages", "command.react.summary", async () => (await operations()).reactCommand),
  entry("forward", "messages", "command.forward.summary", async () => (await operations()).forwardCommand),
  entry("open", "messages", "command.open.summary", async () => (await import("./commands/open.ts")).openCommand),
  entry("timer", "messages", "command.timer.summary", async () => (await timers()).timerCommand),
  entry("send-file", "messages", "command.send-file.summary", async () => (await files()).sendFileCommand),
  entry("files", "messages", "command.files.summary", async () => (await files()).filesCommand),
  entry("read", "messages", "command.read.summary", async () => (await import("./commands/read.ts")).readCommand),
  entry(
    "search",
    "messages",
    "command.search.summary",
    async () => (await import("./commands/search.ts")).searchCommand,
  ),
  entry(
    "storage",
    "messages",
    "command.storage.summary",
    async () => (await import("./commands/storage.ts")).storageCommand,
  ),
  entry("chat", "messages", "command.chat.summary", async () => (await import("./commands/chat.ts")).chatCommand),
  entry("groups", "messages", "command.groups.summary", async () => (await groups()).groupsCommand),
  entry("group", "messages", "command.group.summary", async () => (await groups()).groupCommand),
  entry("mark", "messages", "command.mark.summary", async () => (await import("./commands/mark.ts")).markCommand),
  entry("handle", "account", "command.handle.summary", async () => (await account()).handleCommand),
  entry("rename", "account", "command.rename.summary", async () => (await account()).renameCommand),
  entry("release", "account", "command.release.summary", async () => (await account()).releaseCommand),
  entry("contest", "account", "command.contest.summary", async () => (await account()).contestCommand),
  entry("prove", "account", "command.prove.summary", async () => (await prove()).proveCommand),
  entry("words", "account", "command.words.summary", async () => (await import("./commands/words.ts")).wordsCommand),
  entry("link", "account", "command.link.summary", async () => (await import("./commands/link.ts")).linkCommand),
  entry(
    "devices",
    "account",
    "command.devices.summary",
    async () => (await import("./commands/devices.ts")).devicesCommand,
  ),
  entry(
    "recover",
    "account",
    "command.recover.summary",
    async () => (await import("./commands/recover.ts")).recoverCommand,
  ),
  entry(
    "profile",
    "account",
    "command.profile.summary",
    async () => (await import("./commands/profile.ts")).profileCommand,
  ),
  entry(
    "keep-contacts",
    "account",
    "command.keepContacts.summary",
    async () => (await import("./commands/keep-contacts.ts")).keepContactsCommand,
  ),
  entry("hide", "account", "command.hide.summary", async () => (await import("./commands/hide.ts")).hideCommand),
  entry(
    "typing",
    "account",
    "command.typing.summary",
    async () => (await import("./commands/typing.ts")).typingCommand,
  ),
  entry(
    "receipts",
    "account",
    "command.receipts.summary",
    async () => (await import("./commands/receipts.ts")).receiptsCommand,
  ),
  entry("new-timer", "account", "command.new-timer.summary", async () => (await timers()).newChatTimerCommand),
  entry("unlock", "account", "command.unlock.summary", async () => (await account()).unlockCommand),
  entry("lock", "account", "command.lock.summary", async () => (await account()).lockCommand),
  entry(
    "auto-lock",
    "account",
    "command.auto-lock.summary",
    async () => (await import("./commands/auto-lock.ts")).autoLockCommand,
  ),
  entry(
    "backup",
    "account",
    "command.backup.summary",
    async () => (await import("./commands/backup.ts")).backupCommand,
  ),
  entry(
    "restore",
    "account",
    "command.restore.summary",
    async () => (await import("./commands/backup.ts")).restoreCommand,
  ),
  entry(
    "import-x",
    "account",
    "command.import-x.summary",
    async () => (await import("./commands/import-x.ts")).importXCommand,
  ),
  entry("erase", "account", "command.erase.summary", async () => (await import("./commands/erase.ts")).eraseCommand),
]);

function entry(name: string, group: CommandGroup, summary: TextKey, load: () => Promise<Command>): CommandEntry {
  return { name, group, summary, load };
}

/** The command of that name. */
export function findCommand(name: string): CommandEntry | undefined {
  return COMMANDS.find((each) => each.name === name);
}
