/** A menu over everything else: arrow keys walk it, Escape closes it, and the focus goes back to where it was. */
import type { ComponentChildren, JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";
import s from "./menu.module.css";
import type { MenuPoint } from "./use-menu-pointer.ts";

/** Space kept free to the edges of the window, in px. */
const EDGE = 8;

/** Narrower windows show the menu at their lower edge. */
const NARROW = "(max-width: 30rem)";

/** An open menu. */
export interface MenuProps {
  readonly label: string;
  /** Where the pointer was; null when the keyboard asked. */
  readonly at: MenuPoint | null;
  /** What the menu is of: it opens beside it when the keyboard asked. */
  readonly anchor: () => Element | null | undefined;
  /** Where the focus goes afterwards, when not back to where it was. */
  readonly focusAfter?: () => HTMLElement | null;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Puts the menu where it was asked for, inside the window; above its anchor where there is no room below. */
function place(dialog: HTMLDialogElement, { at, anchor }: MenuProps): void {
  if (matchMedia(NARROW).matches) {
    dialog.style.removeProperty("left");
    dialog.style.removeProperty("top");
    return;
  }
  const isRtl = getComputedStyle(dialog).direction === "rtl";
  const { width, height } = dialog.getBoundingClientRect();
  const box = anchor()?.getBoundingClientRect() ?? new DOMRect();
  const isNearLeft = box.left < innerWidth - box.right;
  const { x, y } = at ?? { x: isNearLeft ? box.left : box.right, y: box.bottom };
  const opensToLeft = at === null ? !isNearLeft : isRtl;
  const hasRoom = y + height <= innerHeight - EDGE;
  const top = hasRoom ? y : (at === null ? box.top : y) - height;
  const left = opensToLeft ? x - width : x;
  dialog.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  dialog.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - height - EDGE))}px`;
}

function useMenuDialog(props: MenuProps): RefObject<HTMLDialogElement | null> {
  const ref = useRef<HTMLDialogElement>(null);
  const before = useRef<Element | null>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    before.current = document.activeElement;
    dialog.showModal();
    place(dialog, props);
    dialog.querySelector<HTMLElement>("[role=menuitem]:not([data-aside])")?.focus();
    // A phone that is turned must not leave the menu outside the window.
    const placeAgain = (): void => place(dialog, props);
    addEventListener("resize", placeAgain);
    return () => removeEventListener("resize", placeAgain);
  }, []);
  useEffect(() => {
    // Once the dialog is out of the page: what lies behind it cannot take the focus before.
    return () => {
      const next = props.focusAfter?.() ?? before.current;
      if (next instanceof HTMLElement && next.isConnected) next.focus({ preventScroll: true });
    };
  }, []);
  return ref;
}

/** Moves within the menu: up and down through everything, sideways through the row at its top. */
function moveFocus(event: KeyboardEvent, menu: HTMLElement): boolean {
  const items = [...menu.querySelectorAll<HTMLElement>("[role^=menuitem]")];
  const aside = items.filter((item) => item.dataset.aside !== undefined).length;
  const at = items.indexOf(document.activeElement as HTMLElement);
  const isAside = at >= 0 && at < aside;
  const isRtl = getComputedStyle(menu).direction === "rtl";
  const step = (event.key === "ArrowRight") === isRtl ? -1 : 1;
  const next: Readonly<Record<string, number>> = {
    ArrowDown: isAside ? aside : at + 1,
    ArrowUp: isAside ? items.length - 1 : at === aside && at > 0 ? 0 : at - 1,
    Home: 0,
    End: items.length - 1,
    ...(isAside ? { ArrowLeft: at + step, ArrowRight: at + step } : {}),
  };
  const wanted = next[event.key];
  if (wanted === undefined) return false;
  items[(wanted + items.length) % items.length]?.focus();
  return true;
}

/** An entry of a menu. */
export function MenuItem(props: {
  readonly icon: IconName;
  readonly label: string;
  readonly isDanger?: boolean;
  readonly onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      class={`${s.item} ${props.isDanger === true ? s.danger : ""}`}
      onClick={props.onClick}
    >
      <Icon name={props.icon} size="small" />
      {props.label}
    </button>
  );
}

/** The open menu. */
export function Menu(props: MenuProps): JSX.Element {
  const { label, onClose } = props;
  const ref = useMenuDialog(props);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself.
    <dialog
      ref={ref}
      class={s.menu}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      onContextMenu={(event) => event.preventDefault()}
    >
      <div
        role="menu"
        aria-label={label}
        tabIndex={-1}
        class={s.items}
        onKeyDown={(event) => {
          if (event.key === "Tab") onClose();
          else if (!moveFocus(event, event.currentTarget)) return;
          event.preventDefault();
        }}
      >
        {props.children}
      </div>
    </dialog>
  );
}
