/** A dialog element that is shown over the page as long as it is drawn. */
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** The element's reference; the focus goes to what is marked in it, and back to where it was. */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.showModal();
    ref.current?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    // The element is out of the page by then, so the browser itself would not give the focus back.
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return ref;
}
