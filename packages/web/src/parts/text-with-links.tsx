/** Text of a message: addresses that begin with http(s) become links, mentions keep their own direction. */
import { Fragment, type JSX } from "preact";
import { useMessenger } from "../app/context.ts";
import s from "./text-with-links.module.css";

const LINK_OR_MENTION =
  /(https?:\/\/[^\s<>"\u2066-\u2069\u202a-\u202e]+[^\s<>".,;:!?)\]'\u2066-\u2069\u202a-\u202e\u060c\u061b\u061f\u0964]|(?<!\w)@\w{1,15}\b)/u;

interface PartProps {
  readonly part: string;
  readonly isPlain: boolean;
}

/** A handle: marked when it is one's own, and a way to the person when it is that of a contact. */
function Mention({ part, isPlain }: PartProps): JSX.Element {
  const { account, chats } = useMessenger();
  const handle = part.slice(1).toLowerCase();
  const isOwn = account.status.value?.handle?.written.toLowerCase() === handle;
  if (isOwn) {
    return (
      <mark class={s.own}>
        <bdi dir="ltr">{part}</bdi>
      </mark>
    );
  }
  const named = chats.chats.value.filter(({ contact }) => contact.handle?.toLowerCase() === handle);
  const [chat] = named;
  // Whose handle it is must be beyond doubt here before it leads to somebody.
  if (isPlain || chat === undefined || named.length > 1) return <bdi dir="ltr">{part}</bdi>;
  return (
    <a href={`#/person/${chat.contact.account}`} dir="ltr">
      {part}
    </a>
  );
}

function Part({ part, isPlain }: PartProps): JSX.Element {
  if (part.startsWith("@")) return <Mention part={part} isPlain={isPlain} />;
  if (isPlain) return <bdi dir="ltr">{part}</bdi>;
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
