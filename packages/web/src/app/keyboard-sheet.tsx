/** The sheet that lists the shortcuts; loaded when it is first asked for. */
import type { JSX } from "preact";
import type { TextKey } from "../i18n/catalogue.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { useText } from "./context.ts";
import s from "./keyboard.module.css";

const KEYS: readonly (readonly [string, TextKey])[] = [
  ["Ctrl K", "keys.search"],
  ["Alt ↑ ↓", "keys.next"],
  ["Alt N", "keys.new"],
  ["Esc", "keys.back"],
  ["Enter", "keys.send"],
  ["Shift Enter", "keys.line"],
  ["↑", "keys.editLast"],
  ["↑ ↓", "keys.log"],
  ["Shift F10", "keys.menu"],
  ["Shift F10", "keys.chatMenu"],
  ["R", "keys.answer"],
  ["E", "keys.edit"],
  ["M V S D", "keys.call"],
  ["?", "keys.help"],
];

/** The open sheet. */
export function KeyboardSheet({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const text = useText();
  return (
    <Dialog title={text.say("keys.title")} onClose={onClose}>
      <dl class={s.keys}>
        {KEYS.map(([keys, label]) => (
          <div key={label}>
            <dt>
              <kbd dir="ltr">{keys}</kbd>
            </dt>
            <dd>{text.say(label)}</dd>
          </div>
        ))}
      </dl>
      <ButtonRow>
        <Button isFocused onClick={onClose}>
          {text.say("common.close")}
        </Button>
      </ButtonRow>
    </Dialog>
  );
}
