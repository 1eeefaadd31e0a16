/** `groups`, `group`. */
import { randomBytes } from "node:crypto";
import type { GroupInfo, GroupMessageInfo } from "@kith/client";
import { NodeError } from "../../config/node-error.ts";
import type { NodeClient } from "../../daemon/control-client.ts";
import { text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";
import { describeGroup, describeGroupLine, describeKnock, describeMembers, shortId } from "../describe-group.ts";
import { describeMessage } from "../describe-message.ts";
import { describeDuration } from "../duration.ts";
import { findInGroup } from "../find-message.ts";
import { isInGroup } from "../name-file.ts";
import { printableName } from "../printable.ts";
import { readPicture } from "../read-picture.ts";
import { readGiven } from "../read-text.ts";
import { isLong, sendLong } from "../send-long.ts";
import { gaveUp, isGroupLink, joinByLink, showLink } from "./group-links.ts";
import { readTimer } from "./timer.ts";

const ID_BYTES = 16;
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

type Action = (context: CommandContext, client: NodeClient, group: string) => Promise<void>;

/** Lists the groups; says how to join those that ask. */
export const groupsCommand: Command = {
  args: {},
  async run({ connect, print }) {
    const client = await connect();
    const groups = (await client.call("group.list", {})).filter(({ standing }) => standing !== "gone");
    const knocks = await client.call("group.knocks", {});
    const asking = groups.find(({ standing }) => standing === "invited");
    const help = asking === undefined ? [] : [text("group.joinHelp", { group: shortId(asking) })];
    const [knock] = knocks;
    const knockHelp = knock === undefined ? [] : [text("group.knockHelp", { group: shortId(knock) })];
    const lines = [...groups.map(describeGroup), ...help, ...knocks.map(describeKnock), ...knockHelp];
    print([...groups, ...knocks], lines.length === 0 ? [text("groups.none")] : lines);
    return undefined;
  },
};

function restOf({ args }: CommandContext): readonly string[] {
  const rest = args.list("rest");
  if (rest.length === 0) throw new NodeError("USAGE", text("usage.groupAction"));
  return rest;
}

/** Does something for each person that was named; what was done stays when a later one fails. */
async function forEach(context: CommandContext, change: (who: string) => Promise<GroupInfo>): Promise<void> {
  let last: GroupInfo | undefined;
  for (const who of restOf(context)) last = await change(who);
  if (last !== undefined) context.print(last, describeMembers(last));
}

async function send(context: CommandContext, client: NodeClient, group: string): Promise<void> {
  const words = await readGiven(restOf(context).join(" "), context.terminal);
  const replyTo = context.args.text("reply");
  if (replyTo === undefined && isLong(words, true)) {
    const sent = await sendLong(client, { group, id: freshId() }, words);
    context.print(sent, isInGroup(sent) ? describeGroupLine(sent) : []);
    return;
  }
  const message = await client.call("group.send", {
    group,
    text: words,
    id: freshId(),
    ...(replyTo === undefined ? {} : { replyTo: await findInGroup(client, { group, name: replyTo }, isThere) }),
  });
  context.print(message, describeGroupLine(message));
}

const isThere = ({ isDeleted }: GroupMessageInfo): boolean => isDeleted !== true;
const isOurs = (message: GroupMessageInfo): boolean => message.isOwn && isThere(message);

/** The message that the first word after the group names, and the words after it. */
async function findNamed(
  context: CommandContext,
  { client, group }: { readonly client: NodeClient; readonly group: string },
  isMeant: (message: GroupMessageInfo) => boolean,
): Promise<{ readonly id: string; readonly words: string }> {
  const [name = "", ...words] = restOf(context);
  return { id: await findInGroup(client, { group, name }, isMeant), words: words.join(" ") };
}

async function edit(context: CommandContext, client: NodeClient, group: string): Promise<void> {
  const { id, words } = await findNamed(context, { client, group }, (each) => isOurs(each) && each.text !== "");
  const given = await readGiven(words, context.terminal);
  const message = await client.call("group.edit", { group, id, text: given, editId: freshId() });
  context.print(message, describeGroupLine(message));
}

async function unsend(context: CommandContext, client: NodeClient, group: string): Promise<void> {
  const isHere = context.args.flag("here");
  const { id } = await findNamed(context, { client, group }, isHere ? () => true : isOurs);
  const result = await client.call("group.delete", { group, id, isForEveryone: !isHere });
  context.print(result, [text(isHere ? "group.unsentHere" : "group.unsent")]);
}

async function react(context: CommandContext, client: NodeClient, group: string): Promise<void> {
  const { id, words } = await findNamed(context, { client, group }, (each) => !each.isOwn && isThere(each));
  const message = await client.call("group.react", { group, id, ...(words === "" ? {} : { emoji: words }) });
  context.print(message, describeGroupLine(message));
}

/** Sends the words of a message to a person. */
async function forward(context: CommandContext, client: NodeClient, name: string): Promise<void> {
  const { group } = await client.call("group.get", { group: name });
  const { id, words: to } = await findNamed(context, { client, group }, (each) => each.text !== "" && isThere(each));
  const said = await client.call("group.messages", { group, limit: MAX_LIMIT });
  const author = said.find((each) => each.id === id)?.author.account ?? "";
  const message = await client.call("message.forward", { who: author, group, id, to });
  context.print(message, describeMessage(message, ""));
}

function freshId(): string {
  return randomBytes(ID_BYTES).toString("hex");
}

async function read(context: CommandContext, client: NodeClient, group: string): Promise<void> {
  const limit = context.args.integer("limit", 1, MAX_LIMIT) ?? DEFAULT_LIMIT;
  const messages = await client.call("group.messages", { group, limit });
  const lines = messages.flatMap(describeGroupLine);
  context.print(messages, lines.length === 0 ? [text("group.noMessages")] : lines);
  await client.call("group.markRead", { group });
}

const ACTIONS: Readonly<Record<string, Action>> = {
  async new(context, client, name) {
    const group = await client.call("group.create", { name, who: [...context.args.list("rest")] });
    context.print(group, describeMembers(group));
  },
  async show({ print }, client, name) {
    const group = await client.call("group.get", { group: name });
    print(group, describeMembers(group));
  },
  async join({ print }, client, name) {
    if (isGroupLink(name)) return joinByLink(print, client, name);
    const group = await client.call("group.join", { group: name });
    print(group, [text("group.joined", { name: printableName(group.name) })]);
  },
  async leave({ print }, client, name) {
    if (await gaveUp(client, name)) return print({ isGivenUp: true }, [text("group.gaveUp")]);
    const before = await client.call("group.get", { group: name });
    const group = await client.call("group.leave", { group: before.group });
    const isDeclined = before.standing === "invited";
    print(group, [isDeclined ? text("group.declined") : text("group.left", { name: printableName(group.name) })]);
  },
  add: (context, client, group) =>
    forEach(context, (who) => client.call("group.add", { group, who, hasHistory: context.args.flag("history") })),
  remove: (context, client, group) =>
    forEach(context, (who) => client.call("group.remove", { group, who, isBanned: context.args.flag("ban") })),
  link: showLink,
  "let-in": (context, client, group) => forEach(context, (who) => client.call("group.letIn", { group, who })),
  decline: (context, client, group) => forEach(context, (who) => client.call("group.remove", { group, who })),
  admin: (context, client, group) =>
    forEach(context, (who) => client.call("group.setRole", { group, who, role: "admin" })),
  member: (context, client, group) =>
    forEach(context, (who) => client.call("group.setRole", { group, who, role: "member" })),
  async rename(context, client, name) {
    const group = await client.call("group.rename", { group: name, name: restOf(context).join(" ") });
    context.print(group, [describeGroup(group)]);
  },
  async timer(context, client, name) {
    const group = await client.call("group.setTimer", { group: name, ...readTimer(restOf(context).join("")) });
    const { vanishAfterMs } = group;
    const words =
      vanishAfterMs === undefined ? text("timer.off") : text("timer.on", { after: describeDuration(vanishAfterMs) });
    context.print(group, [words]);
  },
  async picture(context, client, name) {
    const [path = ""] = restOf(context);
    const picture = path === "off" ? {} : { picture: await readPicture(path) };
    const group = await client.call("group.setPicture", { group: name, ...picture });
    context.print(group, [text(path === "off" ? "group.pictureOff" : "group.pictureOn")]);
  },
  send,
  edit,
  unsend,
  react,
  forward,
  read,
};

/** Founds, joins, changes or leaves a group, and talks in it. */
export const groupCommand: Command = {
  args: {
    action: { type: "positional", description: text("option.groupAction") },
    group: { type: "positional", description: text("option.group") },
    rest: { type: "positional", required: false, description: text("option.groupRest") },
    reply: { type: "string", description: text("option.groupReply"), valueHint: "ID" },
    here: { type: "boolean", description: text("option.here") },
    ban: { type: "boolean", description: text("option.ban") },
    new: { type: "boolean", description: text("option.groupLinkNew") },
    off: { type: "boolean", description: text("option.groupLinkOff") },
    approval: { type: "boolean", description: text("option.groupApproval") },
    qr: { type: "boolean", description: text("option.groupQr") },
    history: { type: "boolean", description: text("option.groupHistory") },
    limit: { type: "string", description: text("option.limit"), valueHint: "N" },
  },
  hasList: true,
  async run(context) {
    const name = context.args.requiredText("action");
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) throw new NodeError("USAGE", text("usage.groupAction"));
    await action(context, await context.connect(), context.args.requiredText("group"));
    return undefined;
  },
};
