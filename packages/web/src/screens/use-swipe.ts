/** Answering by a swipe: a message is drawn along with the finger, towards the end of its line, and answered past a point. */
import { useRef } from "preact/hooks";

/** How far a finger moves until it is a swipe and no scrolling, how far until it counts, and the furthest, in px. */
const BEGIN = 12;
const ENOUGH = 56;
const MOST = 72;

interface Swipe {
  readonly row: HTMLElement;
  readonly x: number;
  readonly y: number;
  /** 1 from left to right, -1 from right to left. */
  readonly side: 1 | -1;
  moved: number;
  isBegun: boolean;
}

/** What listens on the log. */
export interface SwipeListeners {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: () => void;
  readonly onPointerCancel: () => void;
}

/** @param onSwipe called with the key of a message that was swiped far enough. */
export function useSwipe(onSwipe: (key: string) => void): SwipeListeners {
  const swipe = useRef<Swipe | null>(null);
  const end = (): Swipe | null => {
    const { current } = swipe;
    if (current !== null) current.row.style.translate = "";
    swipe.current = null;
    return current;
  };
  return {
    onPointerDown({ target, pointerType, isPrimary, clientX: x, clientY: y }) {
      end();
      const row = (target as HTMLElement).closest<HTMLElement>("[data-message]");
      if (pointerType === "mouse" || !isPrimary || row === null) return;
      const side = getComputedStyle(row).direction === "rtl" ? -1 : 1;
      swipe.current = { row, x, y, side, moved: 0, isBegun: false };
    },
    onPointerMove({ clientX, clientY }) {
      const { current } = swipe;
      if (current === null) return;
      const along = (clientX - current.x) * current.side;
      const across = Math.abs(clientY - current.y);
      if (!current.isBegun && across > BEGIN) swipe.current = null;
      else if (along > BEGIN && along > across) current.isBegun = true;
      if (swipe.current === null || !current.isBegun) return;
      current.moved = Math.max(0, Math.min(along, MOST));
      current.row.style.translate = `${current.moved * current.side}px`;
    },
    onPointerUp() {
      const done = end();
      const key = done?.row.dataset.message;
      if (done !== null && done.moved >= ENOUGH && key !== undefined) onSwipe(key);
    },
    onPointerCancel: () => void end(),
  };
}
