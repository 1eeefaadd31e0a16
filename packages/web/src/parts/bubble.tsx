/** One message: the pin bubble with its text, time and mark. */
import type { Message } from "@kith/client/rpc";
import type { ComponentChildren, JSX } from "preact";
import { useText } from "../app/context.ts";
import { textDirection } from "../i18n/bidi.ts";
import { directionOf } from "../i18n/language.ts";
import s from "./bubble.module.css";
import { StateMark } from "./state-mark.tsx";
import { TextWithLinks } from "./text-with-links.tsx";

/** What a bubble shows; a text that waits for the node looks like a queued message. */
export interface BubbleProps {
  readonly text: string;
  readonly atMs: number;
  readonly isOwn: boolean;
  readonly state: Message["state"];
  readonly isUnsupported?: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** "author, text, time, state" for screen readers. */
  readonly label: string;
  readonly position: number;
  readonly total: number;
  readonly isPlain?: boolean;
  readonly children?: ComponentChildren;
}

/** A message in its run: `isFirst` and `isLast` of one speaker's. */
export function Bubble(props: BubbleProps): JSX.Element {
  const text = useText();
  const direction = props.isUnsupported === true ? undefined : textDirection(props.text);
  const classes = [s.message, props.isOwn && s.own, props.isFirst && s.first, props.isLast && s.last];
  return (
    <article
      class={classes.filter(Boolean).join(" ")}
      aria-label={props.label}
      aria-posinset={props.position}
      aria-setsize={props.total}
    >
      <div class={s.bubble}>
        <div class={s.text} dir={direction}>
          {props.isUnsupported === true ? <em>{text.say("chat.unsupported")}</em> : null}
          <TextWithLinks text={props.text} isPlain={props.isPlain === true} />
          <span class={s.meta} dir={directionOf(text.language)}>
            <time dateTime={new Date(props.atMs).toISOString()}>{text.time(props.atMs)}</time>
            {props.isOwn ? <StateMark state={props.state} /> : null}
          </span>
        </div>
      </div>
      {props.children}
    </article>
  );
}
