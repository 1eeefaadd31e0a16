/** One message: the pin bubble with its text, time and mark. */
import type { Message } from "@kith/client/rpc";
import type { ComponentChildren, JSX } from "preact";
import { useText } from "../app/context.ts";
import { textDirection } from "../i18n/bidi.ts";
import { directionOf } from "../i18n/language.ts";
import s from "./bubble.module.css";
import { StateMark } from "./state-mark.tsx";
import { TextWithLinks } from "./text-with-links.tsx";
import { VanishRing } from "./vanish-ring.tsx";

/** What a bubble shows; a text that waits for the node looks like a queued message. */
export interface BubbleProps {
  readonly text: string;
  readonly atMs: number;
  readonly isOwn: boolean;
  readonly state: Message["state"];
  /** Stands in the place of words that are not there. */
  readonly absence?: string | null;
  readonly isEdited?: boolean;
  readonly vanish?: Message["vanish"];
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** "author, text, time, state" for screen readers. */
  readonly label: string;
  readonly position: number;
  readonly total: number;
  readonly isPlain?: boolean;
  /** Names the message in the log that it is a row of; it can take the focus then. */
  readonly name?: string;
  /** Above the words, inside the bubble. */
  readonly above?: ComponentChildren;
  /** Beside the bubble. */
  readonly beside?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** A message in its run: `isFirst` and `isLast` of one speaker's. */
export function Bubble(props: BubbleProps): JSX.Element {
  const text = useText();
  const absence = props.absence ?? null;
  const direction = absence === null ? textDirection(props.text) : undefined;
  const classes = [s.message, props.isOwn && s.own, props.isFirst && s.first, props.isLast && s.last];
  return (
    <article
      class={classes.filter(Boolean).join(" ")}
      aria-label={props.label}
      aria-posinset={props.position}
      aria-setsize={props.total}
      data-message={props.name}
      tabIndex={props.name === undefined ? undefined : -1}
    >
      <div class={s.bubble}>
        {props.above}
        <div class={s.text} dir={direction}>
          {absence === null ? <TextWithLinks text={props.text} isPlain={props.isPlain === true} /> : <em>{absence}</em>}
          <span class={s.meta} dir={directionOf(text.language)}>
            {props.isEdited === true ? <span>{text.say("chat.edited")}</span> : null}
            {props.vanish === undefined ? null : <VanishRing vanish={props.vanish} />}
            <time dateTime={new Date(props.atMs).toISOString()}>{text.time(props.atMs)}</time>
            {props.isOwn ? <StateMark state={props.state} /> : null}
          </span>
        </div>
      </div>
      {props.beside}
      {props.children}
    </article>
  );
}
