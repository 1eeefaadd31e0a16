/**
 * Opens what is to be seen once. First it goes from this device, then it is given out: a process that ends in between
 * has lost it, and none can give it out twice.
 */
import { isUnseenOnce, type OnceInner, viewContent } from "@kith/protocol";
import type { Opened } from "../client.ts";
import { Draft } from "../core.ts";
import type { Engine } from "../engine.ts";
import type { MessageRow } from "../message/message-row.ts";
import { viewMessage } from "../message/message-view.ts";
import { MessengerError } from "../messenger-error.ts";
import { type MessageName, requireMessage } from "../send/operation.ts";

/** How long the bytes of an opened file can be read, in ms. */
const HELD_MS = 10 * 60 * 1000;

/** @param opening what is being opened just now. @throws MessengerError MESSAGE_UNKNOWN, MESSAGE_ONCE for an own one, MESSAGE_OPENED, FILE_NOT_HERE. */
export async function openOnce(engine: Engine, name: MessageName, opening: Set<string>): Promise<Opened> {
  const key = `${name.account}/${name.id}`;
  // Two pages at once: one of them sees it.
  if (opening.has(key)) throw opened();
  opening.add(key);
  try {
    return await takeOut(engine, name);
  } finally {
    opening.delete(key);
  }
}

async function takeOut(engine: Engine, name: MessageName): Promise<Opened> {
  const { core } = engine;
  const row = await requireMessage(core, name);
  const inner = requireInner(row);
  const { chat, isOwn, content } = row;
  const file = { chat, isOwn, id: content.id };
  const held = inner.type === "file" ? core.files.get(file) : undefined;
  if (inner.type === "file") {
    if (held?.state !== "complete") throw new MessengerError("FILE_NOT_HERE", "the file is not on this device");
    core.files.hold(file);
  }
  await core.vanish.spent.add(file);
  const spent = await requireMessage(core, name);
  await tellOpened(engine, name);
  if (held !== undefined) core.clock.after(HELD_MS, () => void closeOnce(engine, name));
  return { message: await viewMessage(core, spent), ...openedPart(inner) };
}

/** Forgets the bytes of an opened file; none is no error. */
export async function closeOnce({ core, files }: Engine, { account, id }: MessageName): Promise<void> {
  const held = core.files.held({ chat: account, isOwn: false, id });
  if (held !== undefined) await files.forget(held);
}

function requireInner(row: MessageRow): OnceInner {
  if (row.isOwn) throw new MessengerError("MESSAGE_ONCE", "only whom it was sent to sees it");
  const view = isUnseenOnce(row.content) && row.marks?.isDeleted !== true ? viewContent(row.content) : null;
  if (view?.ok && view.value.type === "once" && view.value.inner !== undefined) return view.value.inner;
  throw opened();
}

function opened(): MessengerError {
  return new MessengerError("MESSAGE_OPENED", "nothing in this message can be opened any more");
}

function openedPart(inner: OnceInner): Pick<Opened, "text" | "file"> {
  if (inner.type === "text") return { text: inner.text };
  const { name, sizeBytes, mediaType, voice } = inner.manifest;
  return {
    file: {
      name,
      sizeBytes,
      mediaType,
      ...(voice && { voice: { durationMs: voice.durationMs, waveform: [...voice.waveform] } }),
    },
  };
}

/** Our other devices learn that it was seen, and the sender, where read receipts are on. */
async function tellOpened({ core, receipts }: Engine, { account, id }: MessageName): Promise<void> {
  const draft = new Draft(core);
  core.own?.read(draft, account, [id]);
  const isTold = core.settings.hasReadReceipts && core.people.contact(account)?.relation === "accepted";
  for (const { row } of isTold ? core.people.peersOf(account) : []) {
    draft.add(core.receipts.owe(row.device, "read", id));
    draft.afterwards(() => receipts.schedule(row.device));
  }
  await draft.commit();
}
