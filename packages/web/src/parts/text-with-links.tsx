/** Text of a message: addresses that begin with http(s) become links, mentions keep their own direction. */
import { Fragment, type JSX } from "preact";

const LINK_OR_MENTION =
  /(https?:\/\/[^\s<>"\u2066-\u2069\u202a-\u202e]+[^\s<>".,;:!?)\]'\u2066-\u2069\u202a-\u202e\u060c\u061b\u061f\u0964]|(?<!\w)@\w{1,15}\b)/u;

function Part({ part, isPlain }: { readonly part: string; readonly isPlain: boolean }): JSX.Element {
  if (isPlain || part.startsWith("@")) return <bdi dir="ltr">{part}</bdi>;
  return (
    <a href={part} target="_blank" rel="noopener noreferrer" dir="ltr">
      {part}
    </a>
  );
}

/** Draws a text; links open elsewhere and learn nothing of this page. `isPlain`: no links, for strangers. */
export function TextWithLinks(props: { readonly text: string; readonly isPlain?: boolean }): JSX.Element {
  return (
    <>
      {props.text.split(LINK_OR_MENTION).map((part, at) => (
        <Fragment key={at}>{at % 2 === 0 ? part : <Part part={part} isPlain={props.isPlain === true} />}</Fragment>
      ))}
    </>
  );
}
