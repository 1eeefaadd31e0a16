/** Text of a message; addresses that begin with http(s) become links, nothing else does. */
import { Fragment, type JSX } from "preact";

const LINK =
  /(https?:\/\/[^\s<>"\u2066-\u2069\u202a-\u202e]+[^\s<>".,;:!?)\]'\u2066-\u2069\u202a-\u202e\u060c\u061b\u061f\u0964])/u;

/** Draws a text; links open elsewhere and learn nothing of this page. */
export function TextWithLinks({ text }: { readonly text: string }): JSX.Element {
  return (
    <>
      {text.split(LINK).map((part, at) => (
        <Fragment key={at}>
          {at % 2 === 0 ? (
            part
          ) : (
            <a href={part} target="_blank" rel="noopener noreferrer" dir="ltr">
              {part}
            </a>
          )}
        </Fragment>
      ))}
    </>
  );
}
