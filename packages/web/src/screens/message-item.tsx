/** One row of the log: what stands above the bubble, the bubble, and the words below it. */
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Bubble } from "../parts/bubble.tsx";
import type { Conversation } from "../state/conversation.ts";
import s from "./message-log.module.css";
import { type MessageRow, rowLabel } from "./message-rows.ts";

function Refused({
  row,
  conversation,
}: {
  readonly row: MessageRow;
  readonly conversation: Conversation;
}): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const id = row.pending?.id ?? "";
  const takeBack = (): void => {
    conversation.draft.value = conversation.draft.value === "" ? row.text : `${row.text}\n${conversation.draft.value}`;
    conversation.drop(id);
  };
  return (
    <div class={s.actions}>
      <button type="button" onClick={() => void messenger.run(() => conversation.retry(id))}>
        {text.say("chat.retry")}
      </button>
      <button type="button" onClick={takeBack}>
        {text.say("chat.takeBack")}
      </button>
    </div>
  );
}

/** A message with its day, its gap and its state. */
export function MessageItem(props: {
  readonly row: MessageRow;
  readonly name: string;
  readonly conversation: Conversation;
  readonly position: number;
  readonly total: number;
}): JSX.Element {
  const text = useText();
  const { row } = props;
  return (
    <div class={`${s.item} ${props.position === props.total ? s.end : ""}`}>
      {row.day === null ? null : <p class={s.day}>{row.day}</p>}
      {row.missingBefore === 0 ? null : <p class={s.missing}>{text.count("chat.missing", row.missingBefore)}</p>}
      <Bubble
        text={row.text}
        atMs={row.atMs}
        isOwn={row.isOwn}
        state={row.state}
        isUnsupported={row.isUnsupported}
        isFirst={row.isFirst}
        isLast={row.isLast}
        label={rowLabel(row, text, props.name)}
        position={props.position}
        total={props.total}
      >
        {row.isStateShown ? <p class={`${s.hold} ${row.state === "failed" ? s.failed : ""}`}>{row.stateText}</p> : null}
        {row.pending?.refusal === undefined ? null : <Refused row={row} conversation={props.conversation} />}
      </Bubble>
    </div>
  );
}
