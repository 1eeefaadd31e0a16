/** Asking for a menu with the pointer: right click, or a long press where the browser has no such event. */
import { useEffect, useRef } from "preact/hooks";

const LONG_PRESS_MS = 500;

/** A finger that moves further is scrolling, in px. */
const MAX_MOVED = 10;

/** A point of the window, in px. */
export interface MenuPoint {
  readonly x: number;
  readonly y: number;
}

/** What listens on the things that have a menu, or on what they stand in. */
export interface MenuPointer {
  readonly onContextMenu: (event: MouseEvent) => void;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: () => void;
  readonly onPointerCancel: () => void;
}

/** @param open opens the menu of what the pointer is on. @returns false where there is none, or the browser's is meant. */
export function useMenuPointer(open: (target: HTMLElement, at: MenuPoint) => boolean): MenuPointer {
  const press = useRef<(MenuPoint & { timer: ReturnType<typeof setTimeout> }) | null>(null);
  const end = (): void => {
    clearTimeout(press.current?.timer);
    press.current = null;
  };
  useEffect(() => end, []);
  return {
    onContextMenu(event) {
      end();
      if (open(event.target as HTMLElement, { x: event.clientX, y: event.clientY })) event.preventDefault();
    },
    onPointerDown({ target, pointerType, clientX: x, clientY: y }) {
      end();
      if (pointerType === "mouse") return;
      press.current = { x, y, timer: setTimeout(() => open(target as HTMLElement, { x, y }), LONG_PRESS_MS) };
    },
    onPointerMove({ clientX, clientY }) {
      const { x = clientX, y = clientY } = press.current ?? {};
      if (Math.hypot(clientX - x, clientY - y) > MAX_MOVED) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
