/** The main part of the page beside or instead of the list: a header with the way back, and what is below it. */
import type { ComponentChildren, JSX } from "preact";
import { useText } from "../app/context.ts";
import { IconLink } from "./icon.tsx";
import s from "./pane.module.css";

/** A screen with a title. `back` is where the arrow leads; without it the arrow is there only on small screens. */
export function Pane(props: {
  readonly title: string;
  readonly back?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  const text = useText();
  return (
    <>
      <div class={s.head}>
        <IconLink
          icon="back"
          label={text.say("common.back")}
          href={props.back ?? "#/"}
          class={props.back === undefined ? s.narrow : undefined}
        />
        <h1 tabIndex={-1} data-heading="">
          {props.title}
        </h1>
      </div>
      <div class={s.scroll}>
        <div class={s.column}>{props.children}</div>
      </div>
    </>
  );
}

/** A titled group within a pane. */
export function Section(props: { readonly title: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <section class={s.section}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}
