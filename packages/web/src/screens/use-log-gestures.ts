/** What pointer and finger ask for in a log: the menu of a message by right click or long press, an answer by a swipe. */
import { type MenuPointer, useMenuPointer } from "../parts/use-menu-pointer.ts";
import type { MessageRow } from "./message-rows.ts";
import type { LogActions } from "./open-action.tsx";
import { useSwipe } from "./use-swipe.ts";

/** Links keep the menu of the browser, and so does a text that was selected. */
function isForBrowser(element: HTMLElement): boolean {
  return element.closest("a") !== null || getSelection()?.isCollapsed === false;
}

/** What listens on the log; long press and swipe take turns by how far the finger moves. */
export function useLogGestures(rows: readonly MessageRow[], actions: LogActions): MenuPointer {
  const rowOf = (key: string | undefined): MessageRow | undefined => rows.find((each) => each.key === key);
  const swipe = useSwipe((key) => {
    const row = rowOf(key);
    if (row !== undefined) actions.answer(row);
  });
  const press = useMenuPointer((element, at) => {
    const row = rowOf(element.closest<HTMLElement>("[data-message]")?.dataset.message);
    if (row === undefined || isForBrowser(element)) return false;
    actions.open(row, "menu", at);
    return true;
  });
  return {
    onContextMenu: press.onContextMenu,
    onPointerDown(event) {
      press.onPointerDown(event);
      swipe.onPointerDown(event);
    },
    onPointerMove(event) {
      press.onPointerMove(event);
      swipe.onPointerMove(event);
    },
    onPointerUp() {
      press.onPointerUp();
      swipe.onPointerUp();
    },
    onPointerCancel() {
      press.onPointerCancel();
      swipe.onPointerCancel();
    },
  };
}
