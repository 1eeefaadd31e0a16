/** Asking for the menu of a message with the pointer: right click, or a long press where the browser has no such event. */
import { useEffect, useRef } from "preact/hooks";
import type { MessageRow } from "./message-rows.ts";

const LONG_PRESS_MS = 500;

/** A finger that moves further is scrolling, in px. */
const MAX_MOVED = 10;

/** What listens on the log. */
export interface LogPointer {
  readonly onContextMenu: (event: MouseEvent) => void;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: () => void;
  readonly onPointerCancel: () => void;
}

type Open = (row: MessageRow, at: { readonly x: number; readonly y: number }) => void;

/** Links keep the menu of the browser, and so does a text that was selected. */
function isForBrowser(target: HTMLElement): boolean {
  return target.closest("a, input, textarea") !== null || getSelection()?.isCollapsed === false;
}

/** Finds the row under the pointer and opens its menu. */
export function useLogPointer(rows: readonly MessageRow[], open: Open): LogPointer {
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);
  const end = (): void => {
    clearTimeout(press.current?.timer);
    press.current = null;
  };
  useEffect(() => end, []);
  const rowAt = (target: EventTarget | null): MessageRow | undefined => {
    const key = (target as HTMLElement).closest<HTMLElement>("[data-message]")?.dataset.message;
    return rows.find((row) => row.key === key);
  };
  return {
    onContextMenu(event) {
      const row = rowAt(event.target);
      if (row === undefined || isForBrowser(event.target as HTMLElement)) return;
      event.preventDefault();
      end();
      open(row, { x: event.clientX, y: event.clientY });
    },
    onPointerDown(event) {
      end();
      const row = rowAt(event.target);
      if (event.pointerType === "mouse" || row === undefined || isForBrowser(event.target as HTMLElement)) return;
      const { clientX: x, clientY: y } = event;
      press.current = { x, y, timer: setTimeout(() => open(row, { x, y }), LONG_PRESS_MS) };
    },
    onPointerMove({ clientX, clientY }) {
      const { x = clientX, y = clientY } = press.current ?? {};
      if (Math.hypot(clientX - x, clientY - y) > MAX_MOVED) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
