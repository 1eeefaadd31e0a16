/** Where notes appear; read aloud politely, and gone by themselves. */
import type { ComponentChildren, JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Icon } from "./icon.tsx";
import s from "./toast-shelf.module.css";

/** The notes and the spoken line; `children` stand above them. Always in the page, so that screen readers know the regions before they fill. */
export function ToastShelf({ children }: { readonly children?: ComponentChildren }): JSX.Element {
  const { toasts } = useMessenger();
  const text = useText();
  return (
    <>
      <section class={s.shelf} aria-label={text.say("common.notes")} aria-live="polite">
        {children}
        {toasts.toasts.value.map((toast) => (
          <div key={toast.key} class={`${s.toast} ${toast.isError ? s.error : ""}`}>
            <Icon name={toast.isError ? "warn" : "check"} size="small" />
            <p>{toast.text}</p>
            {toast.undo === undefined ? null : (
              <button
                type="button"
                onClick={() => {
                  toast.undo?.();
                  toasts.close(toast.key);
                }}
              >
                {text.say("common.undo")}
              </button>
            )}
            <button
              type="button"
              class={s.close}
              aria-label={text.say("common.close")}
              onClick={() => toasts.close(toast.key)}
            >
              <Icon name="close" size="small" />
            </button>
          </div>
        ))}
      </section>
      <p class="spoken" aria-live="polite">
        {toasts.spoken.value}
      </p>
    </>
  );
}
