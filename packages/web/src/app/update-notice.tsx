/** Says that a newer version is ready. Nothing changes under the hands of somebody who writes: they choose when. */
import type { JSX } from "preact";
import { Icon } from "../parts/icon.tsx";
import s from "../parts/toast-shelf.module.css";
import type { AppUpdates } from "../state/app-updates.ts";
import { useText } from "./context.ts";

/** A note that stays until it is answered. */
export function UpdateNotice({ updates }: { readonly updates: AppUpdates }): JSX.Element | null {
  const text = useText();
  if (!updates.isReady.value) return null;
  return (
    <div class={s.toast}>
      <Icon name="info" size="small" />
      <p>{text.say("update.ready")}</p>
      <button type="button" onClick={() => updates.apply()}>
        {text.say("update.reload")}
      </button>
      <button type="button" class={s.close} aria-label={text.say("update.later")} onClick={() => updates.dismiss()}>
        <Icon name="close" size="small" />
      </button>
    </div>
  );
}
