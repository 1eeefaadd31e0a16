/** The chat screen: history above, the newest messages with their states, an input line. Loaded only when it opens. */
import type { Client, Message } from "@kith/client";
import { Box, type Key, render, Static, Text, useApp, useInput, usePaste } from "ink";
import {
  type ComponentProps,
  createElement as h,
  type ReactElement,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { describeState, describeTime } from "../cli/describe.ts";
import { describeAbsence, describeMarks, describeQuote } from "../cli/describe-message.ts";
import { describeFailure } from "../cli/print-error.ts";
import { printableLines, printableName } from "../cli/printable.ts";
import { countText, text } from "../i18n/text.ts";
import { ChatModel } from "./chat-model.ts";
import { ChatSession } from "./chat-session.ts";
import { cutAtCursor, type EditedLine, EMPTY_LINE, editLine, insertText, type LineEdit } from "./line-editor.ts";

/** What a chat screen works with. */
export interface ChatScreenOptions {
  readonly client: Client;
  readonly who: string;
  readonly signal: AbortSignal;
}

/** Shows the chat until the person leaves or the signal. @throws MessengerError as the session does. */
export async function runChatScreen({ client, who, signal }: ChatScreenOptions): Promise<void> {
  const stop = new AbortController();
  const isOver = AbortSignal.any([signal, stop.signal]);
  const model = new ChatModel();
  let screen: ReturnType<typeof render> | null = null;
  const onOpen = (session: ChatSession): void => {
    const send = (line: string): void => void sendLine(session, model, line);
    screen = render(h(ChatScreen, { model, send }), { exitOnCtrlC: true });
    void screen.waitUntilExit().finally(() => stop.abort());
  };
  try {
    await ChatSession.run({ client, who, signal: isOver }, model, onOpen);
  } finally {
    (screen as ReturnType<typeof render> | null)?.unmount();
  }
}

async function sendLine(session: ChatSession, model: ChatModel, line: string): Promise<void> {
  model.setProblem(null);
  try {
    await session.send(line);
  } catch (error) {
    const { what, advice } = describeFailure(error);
    model.setProblem(`${what} ${advice}`);
  }
}

interface ScreenProps {
  readonly model: ChatModel;
  readonly send: (line: string) => void;
}

function ChatScreen({ model, send }: ScreenProps): ReactElement {
  const view = useSyncExternalStore(model.subscribe, model.read);
  const name = view.contact === null ? "" : printableName(view.contact.name);
  const drawRow = (message: Message): ReactElement => h(MessageRow, { key: message.id, message, author: name });
  const history: ComponentProps<typeof Static<Message>> = { items: [...view.settled], children: drawRow };
  const isEmpty = view.settled.length + view.live.length === 0;
  return h(
    Box,
    { flexDirection: "column" },
    h(Static<Message>, history),
    ...view.live.map(drawRow),
    isEmpty ? h(Text, { key: "empty", dimColor: true }, text("chat.empty")) : null,
    view.problem === null ? null : h(Text, { key: "problem", color: "red" }, view.problem),
    h(InputLine, { key: "input", send }),
    h(Text, { key: "help", dimColor: true }, `${describeHeader(view)}  ${text("chat.help")}`),
  );
}

function describeHeader({ contact }: ReturnType<ChatModel["read"]>): string {
  if (contact === null) return "";
  const handle = contact.handle === undefined ? "" : printableName(`@${contact.handle}`);
  const trust = contact.handle === undefined ? "" : `(${text(`trust.${contact.trust}`)})`;
  return `${text("chat.title", { name: printableName(contact.name), handle })} ${trust}`.trimEnd();
}

function MessageRow({ message, author }: { readonly message: Message; readonly author: string }): ReactElement {
  const { isOwn, missingBefore = 0, replyTo } = message;
  const absence = describeAbsence(message);
  const lines = absence === null ? printableLines(message.text) : [absence];
  const marks = describeMarks(message, author).join(" ");
  const color = isOwn ? {} : { color: "magenta" };
  const missing = missingBefore > 0 ? countText("message.missing", missingBefore) : null;
  return h(
    Box,
    { flexDirection: "column" },
    missing === null ? null : h(Text, { key: "missing", color: "yellow" }, missing),
    h(
      Text,
      { key: "head" },
      h(Text, { bold: true, ...color }, isOwn ? text("message.you") : author),
      h(Text, { dimColor: true }, `  ${describeTime(message.sentAtMs)}${isOwn ? `  ${describeState(message)}` : ""}`),
    ),
    replyTo === undefined ? null : h(Text, { key: "quote", dimColor: true }, `  ${describeQuote(replyTo, author)}`),
    // Every line starts on its own, so that right-to-left text cannot reorder what stands beside it.
    ...lines.map((line, index) => h(Text, { key: `line-${index}`, dimColor: absence !== null }, `  ${line}`)),
    marks === "" ? null : h(Text, { key: "marks", dimColor: true }, `  ${marks}`),
  );
}

/** The edit a key stands for; null when it is not an editing key. */
function editOf(input: string, key: Key): LineEdit | null {
  if (key.leftArrow) return "left";
  if (key.rightArrow) return "right";
  if (key.home || (key.ctrl && input === "a")) return "start";
  if (key.end || (key.ctrl && input === "e")) return "end";
  // Most terminals send DEL for the backspace key, which Ink calls delete.
  if (key.backspace || key.delete) return "backspace";
  if (key.ctrl && input === "d") return "delete";
  return key.ctrl && input === "u" ? "clear-before" : null;
}

/** Several keys that a terminal hands over at once: the text before each Enter, and what is left after the last. */
function cutAtEnter(input: string): readonly string[] {
  return input.split(/\r\n?|\n/);
}

function InputLine({ send }: { readonly send: (line: string) => void }): ReactElement {
  const [line, setLine] = useState<EditedLine>(EMPTY_LINE);
  // Keys can come faster than the screen is drawn: each one builds on the one before, not on what was last drawn.
  const current = useRef(line);
  const update = (next: EditedLine): void => {
    current.current = next;
    setLine(next);
  };
  const { exit } = useApp();
  const enter = (text: string): void => {
    if (text.trim() !== "") send(text);
  };
  const type = (input: string): void => {
    const [first = "", ...rest] = cutAtEnter(input);
    const last = rest.pop();
    const joined = insertText(current.current, first);
    if (last === undefined) update(joined);
    else {
      for (const each of [joined.text, ...rest]) enter(each);
      update(insertText(EMPTY_LINE, last));
    }
  };
  useInput((input, key) => {
    const edit = editOf(input, key);
    if (key.escape) exit();
    else if (key.return) type("\r");
    else if (edit !== null) update(editLine(current.current, edit));
    else if (!key.ctrl && !key.meta && !key.tab && !key.upArrow && !key.downArrow) type(input);
  });
  // A paste comes as a whole; its line breaks are no Enter.
  usePaste((pasted) => update(insertText(current.current, pasted)));
  const [before, at, after] = cutAtCursor(line);
  return h(Text, null, h(Text, { bold: true }, "> "), before, h(Text, { inverse: true }, at), after);
}
