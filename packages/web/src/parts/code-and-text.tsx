/** What is given to somebody else: as a code to scan, and as text that is selected at once. */
import type { JSX } from "preact";
import s from "./code-and-text.module.css";
import { QrCode } from "./qr-code.tsx";

/** @param codeLabel what the code is, for those who do not see it. @param textLabel what the text is. */
export function CodeAndText(props: {
  readonly value: string;
  readonly codeLabel: string;
  readonly textLabel: string;
}): JSX.Element {
  return (
    <>
      <QrCode text={props.value} label={props.codeLabel} />
      <textarea
        class={s.text}
        readOnly
        rows={5}
        dir="ltr"
        aria-label={props.textLabel}
        value={props.value}
        onFocus={(event) => event.currentTarget.select()}
      />
    </>
  );
}
