/** `import-x`: an X archive, read on this machine and kept on it; its lists and conversations are read from here. */
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import type { ArchiveInfo, ArchiveList, ArchivePerson, ArchiveThread, LookupResult } from "@kith/client";
import { NodeError } from "../../config/node-error.ts";
import type { NodeClient } from "../../daemon/control-client.ts";
import { readFully } from "../../files/read-fully.ts";
import { countText, text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";
import { printableName, printableText } from "../printable.ts";
import { requireYes } from "../require-yes.ts";

const LISTS: readonly ArchiveList[] = ["following", "followers", "blocked", "muted"];

/** How often it is said how far it is, in parts of the whole. */
const STEP = 0.1;

const MAX_THREADS = 200_000;

function describePerson({ id, handle }: ArchivePerson): string {
  return handle === undefined ? text("archive.unnamed", { id }) : printableName(`@${handle}`);
}

function describeArchive({ owner, counts, formerHandles, madeAtMs }: ArchiveInfo): readonly string[] {
  return [
    text("archive.of", { handle: printableName(`@${owner.handle}`), id: owner.accountId }),
    ...(madeAtMs === undefined ? [] : [text("archive.made", { day: new Date(madeAtMs).toISOString().slice(0, 10) })]),
    ...(formerHandles.length === 0
      ? []
      : [
          text("archive.former", {
            handles: formerHandles.map(({ handle }) => printableName(`@${handle}`)).join(", "),
          }),
        ]),
    text("archive.lists", { ...counts }),
    countText("archive.messages", counts.messages),
    text("archive.unsigned"),
  ];
}

/** Reads the file here and hands the node what is wanted of it. */
async function importFile(context: CommandContext, path: string): Promise<1 | undefined> {
  const { terminal, isJson, signal } = context;
  const { importXArchive } = await import("@kith/client/x-archive");
  const client = await context.connect();
  const file = await open(path, "r").catch((cause: unknown) => {
    throw new NodeError("USAGE", text("usage.archiveMissing", { file: printableText(path) }), { cause });
  });
  try {
    const sizeBytes = (await file.stat()).size;
    let told = 0;
    const onProgress = (done: number, total: number): void => {
      if (isJson || total === 0 || done / total < told + STEP) return;
      told = done / total;
      terminal.note(text("archive.progress", { percent: Math.floor(100 * told) }));
    };
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      const into = new Uint8Array(length);
      return into.subarray(0, await readFully(file, into, offset));
    };
    const info = await importXArchive(client, { sizeBytes, read }, { signal, onProgress });
    if (info === null) {
      terminal.note(text("archive.stopped"));
      return 1;
    }
    context.print(info, describeArchive(info));
    return undefined;
  } finally {
    await file.close();
  }
}

async function show({ print }: CommandContext, client: NodeClient): Promise<undefined> {
  const { archive } = await client.call("archive.get", {});
  print({ archive }, archive === null ? [text("archive.none")] : describeArchive(archive));
  return undefined;
}

async function readPeople(client: NodeClient, list: ArchiveList): Promise<readonly ArchivePerson[]> {
  const people: ArchivePerson[] = [];
  for (let after: string | undefined, isDone = false; !isDone; ) {
    const page = await client.call("archive.people", { list, ...(after === undefined ? {} : { after }) });
    people.push(...page.people);
    after = page.next;
    isDone = after === undefined;
  }
  return people;
}

async function listPeople(context: CommandContext, client: NodeClient, written: string): Promise<undefined> {
  const list = LISTS.find((each) => each === written);
  if (list === undefined) throw new NodeError("USAGE", text("usage.archiveList"));
  const people = await readPeople(client, list);
  if (context.args.flag("look-up")) return await lookUp(context, client, people);
  context.print(people, people.length === 0 ? [text("archive.nobody")] : people.map(describePerson));
  return undefined;
}

/** Asks the directory about each handle, one after the other; who is asked learns the handles. */
async function lookUp(
  context: CommandContext,
  client: NodeClient,
  people: readonly ArchivePerson[],
): Promise<undefined> {
  const handles = people.flatMap(({ handle }) => handle ?? []);
  await requireYes(context, countText("archive.lookUpWhat", handles.length));
  const found: LookupResult[] = [];
  for (const handle of handles) {
    if (context.signal.aborted) break;
    const result = await client.call("directory.lookup", { handle });
    if (result.candidates.length > 0) found.push(result);
  }
  context.print(found, [
    ...found.map(({ handle, candidates }) => {
      const account = candidates.length === 1 ? (candidates[0]?.account ?? "") : text("archive.several");
      return `${printableName(`@${handle}`)}  ${printableText(account)}`;
    }),
    countText("archive.onKith", found.length),
    text("archive.notProof"),
  ]);
  return undefined;
}

function describeThread({ thread, isGroup, name, people, messages, lastAtMs }: ArchiveThread, own: string): string {
  const others = people.filter(({ id }) => id !== own).map(describePerson);
  const title = isGroup && name !== undefined ? printableName(name) : others.join(", ");
  const day = lastAtMs === 0 ? "" : new Date(lastAtMs).toISOString().slice(0, 10);
  return text("archive.thread", { thread, title, messages: countText("storage.messages", messages), day });
}

async function listThreads({ print }: CommandContext, client: NodeClient): Promise<undefined> {
  const { archive } = await client.call("archive.get", {});
  const threads: ArchiveThread[] = [];
  for (let after: number | undefined, isDone = false; !isDone; ) {
    const page = await client.call("archive.threads", after === undefined ? {} : { after });
    threads.push(...page.threads);
    after = page.next;
    isDone = after === undefined;
  }
  threads.sort((a, b) => b.lastAtMs - a.lastAtMs);
  print(
    threads,
    threads.map((each) => describeThread(each, archive?.owner.accountId ?? "")),
  );
  return undefined;
}

async function readThread({ print }: CommandContext, client: NodeClient, thread: number): Promise<undefined> {
  const all = [];
  for (let before: string | undefined, isDone = false; !isDone; ) {
    const page = await client.call("archive.messages", { thread, ...(before === undefined ? {} : { before }) });
    all.unshift(...page.messages);
    before = page.next;
    isDone = before === undefined;
  }
  const lines = all.map(({ sender, isOwn, text: words, atMs, media }) => {
    const who = isOwn ? text("archive.you") : describePerson(sender);
    const pictures = media === 0 ? "" : ` ${countText("archive.media", media)}`;
    return `${new Date(atMs).toISOString().slice(0, 16).replace("T", " ")}  ${who}: ${printableText(words)}${pictures}`;
  });
  print(all, [...lines, text("archive.unsigned")]);
  return undefined;
}

async function remove(context: CommandContext, client: NodeClient): Promise<undefined> {
  await requireYes(context, text("archive.removeWhat"));
  const result = await client.call("archive.remove", {});
  context.print(result, [text(result.removed ? "archive.removed" : "archive.none")]);
  return undefined;
}

/** Imports an archive, or reads or removes the one that was imported. */
export const importXCommand: Command = {
  isLongRunning: true,
  args: {
    file: { type: "positional", required: false, description: text("option.archiveFile") },
    people: { type: "string", description: text("option.archivePeople"), valueHint: "LIST" },
    "look-up": { type: "boolean", description: text("option.archiveLookUp") },
    threads: { type: "boolean", description: text("option.archiveThreads") },
    thread: { type: "string", description: text("option.archiveThread"), valueHint: "N" },
    remove: { type: "boolean", description: text("option.archiveRemove") },
    yes: { type: "boolean", description: text("option.yes") },
  },
  async run(context) {
    const { args } = context;
    const [file, people] = [args.text("file"), args.text("people")];
    const thread = args.integer("thread", 0, MAX_THREADS);
    const asked = [file, people, thread].filter((each) => each !== undefined).length;
    const wishes = asked + Number(args.flag("threads")) + Number(args.flag("remove"));
    if (wishes > 1 || (args.flag("look-up") && people === undefined))
      throw new NodeError("USAGE", text("usage.archive"));
    if (file !== undefined) return await importFile(context, resolve(file));
    const client = await context.connect();
    if (people !== undefined) return await listPeople(context, client, people);
    if (thread !== undefined) return await readThread(context, client, thread);
    if (args.flag("threads")) return await listThreads(context, client);
    return await (args.flag("remove") ? remove(context, client) : show(context, client));
  },
};
