/** What an answer is about, inside its bubble: the words of this device's copy, or why there are none. */
import type { Quote } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useText } from "../app/context.ts";
import { plainLine, plainName, textDirection } from "../i18n/bidi.ts";
import type { Text } from "../i18n/text.ts";
import { voiceWords } from "./file-words.ts";
import { Icon } from "./icon.tsx";
import s from "./quote-block.module.css";

/** The words of a quote, or why they are not shown; for the block and for screen readers. */
export function quoteWords(quote: Quote, text: Text): string {
  if (quote.state !== "checked") return text.say(`quote.${quote.state}`);
  if (quote.voiceMs !== undefined) return voiceWords(quote.voiceMs, text);
  return plainLine(quote.text ?? "") || text.say("quote.wordless");
}

/** A quote; `onOpen` leads to the original where that is here. */
export function QuoteBlock(props: {
  readonly quote: Quote;
  readonly name: string;
  readonly isInOrder: boolean;
  readonly onOpen: () => void;
}): JSX.Element {
  const text = useText();
  const { quote, name } = props;
  const words = quoteWords(quote, text);
  const isForged = quote.state === "forged";
  const content = (
    <>
      <b>{quote.isOwn ? text.say("chat.you") : <bdi>{plainName(name)}</bdi>}</b>
      <span class={s.words} dir={quote.state === "checked" ? textDirection(words) : undefined}>
        {isForged ? <Icon name="warn" size="small" /> : null}
        {words}
      </span>
    </>
  );
  const classes = `${s.quote} ${isForged ? s.forged : ""}`;
  if (quote.state === "missing") return <div class={classes}>{content}</div>;
  return (
    <button
      type="button"
      class={classes}
      title={text.say("quote.open")}
      tabIndex={props.isInOrder ? 0 : -1}
      onClick={props.onOpen}
    >
      {content}
    </button>
  );
}
