/** A text of the catalogue whose places hold elements instead of words. */
import { type ComponentChildren, Fragment, type JSX } from "preact";
import { useText } from "../app/context.ts";
import type { TextKey } from "../i18n/catalogue.ts";

/** Draws the text of a key with `places` filled. */
export function Rich(props: {
  readonly text: TextKey;
  readonly places: Readonly<Record<string, ComponentChildren>>;
}): JSX.Element {
  const parts = useText().parts(props.text);
  return (
    <>
      {parts.map((part, at) => (
        <Fragment key={at}>{at % 2 === 0 ? part : props.places[part]}</Fragment>
      ))}
    </>
  );
}
