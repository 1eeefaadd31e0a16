/** A long list of which only the rows on show are in the page. */
import type { ComponentChildren, JSX, RefObject } from "preact";
import { Virtualizer } from "virtua";

/** Draws the rows of a list that scrolls within an element. */
export function ManyRows(props: {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <Virtualizer as="ul" item="li" scrollRef={props.scroller} itemSize={62}>
      {props.children}
    </Virtualizer>
  );
}
