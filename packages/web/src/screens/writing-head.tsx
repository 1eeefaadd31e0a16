/** Above the text field: what is answered or edited, and the way out of it. */
import type { JSX } from "preact";
import { useText } from "../app/context.ts";
import { plainLine, plainName, textDirection } from "../i18n/bidi.ts";
import { fileWords } from "../parts/file-words.ts";
import { Icon, IconButton } from "../parts/icon.tsx";
import type { WritingMode } from "../state/writing.ts";
import s from "./composer.module.css";
import { ofGroup } from "./message-rows.ts";

/** One line; nothing while a new text is written. */
export function WritingHead(props: {
  readonly mode: WritingMode;
  readonly name: string;
  readonly onLeave: () => void;
}): JSX.Element | null {
  const text = useText();
  const { mode } = props;
  if (mode.kind === "new") return null;
  const isEdit = mode.kind === "edit";
  const message = isEdit ? mode.message : mode.to;
  const who = message.isOwn ? text.say("chat.you") : plainName(ofGroup(message)?.author.name ?? props.name);
  const said = message.file === undefined ? plainLine(message.text) : fileWords(message.file, text);
  const words = said || text.say("quote.wordless");
  return (
    <div class={s.writingHead}>
      <Icon name={isEdit ? "pen" : "reply"} size="small" />
      <p>
        <b>{isEdit ? text.say("writing.editing") : text.say("writing.answering", { name: who })}</b>
        <span dir={textDirection(words)}>{words}</span>
      </p>
      <IconButton
        icon="close"
        label={text.say(isEdit ? "writing.leaveEdit" : "writing.leaveAnswer")}
        onClick={props.onLeave}
      />
    </div>
  );
}
