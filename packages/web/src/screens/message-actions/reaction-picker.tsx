/** More emoji than the menu has room for, and a field for any other. */
import type { Message } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useText } from "../../app/context.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import s from "./reaction-picker.module.css";

/** What people answer with, most often first. */
const EMOJI: readonly string[] = [
  ..."❤️ 👍 👎 😂 😮 😢 🙏 🎉 🔥 👏 💯 ✅ 🤔 😍 🥰 😊 😁 😅 🤣 😉 😎 😇 🤗 🤩 🥳 😋".split(" "),
  ..."😴 😬 🙄 😏 😳 😱 😭 😔 😞 😡 🤯 🤒 🤝 👌 ✌️ 🤞 💪 👋 🙌 👀 🫶 🤲 🌹 🌸 ☕ 🍀".split(" "),
  ..."⭐ ✨ ☀️ 🌙 🌧️ 🎂 🎁 🎵 📌 ⏰ 🚀 ✈️ 🏠 📚 💡 ❓ ❗ ❌ 💔 💜 💚 💙 🤍 🖤 🕊️ 🪔".split(" "),
];

/** The open picker. */
export function ReactionPicker(props: {
  readonly message: Message;
  readonly onPick: (emoji: string) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const text = useText();
  const other = useSignal("");
  const own = props.message.reactions?.find(({ isOwn }) => isOwn)?.emoji;
  return (
    <Dialog title={text.say("action.react")} onClose={props.onClose}>
      <div class={s.emoji}>
        {EMOJI.map((emoji) => (
          <button
            key={emoji}
            type="button"
            aria-pressed={emoji === own}
            data-autofocus={emoji === EMOJI[0] ? "" : undefined}
            onClick={() => props.onPick(emoji)}
          >
            {emoji}
          </button>
        ))}
      </div>
      <form
        class={s.other}
        onSubmit={(event) => {
          event.preventDefault();
          const emoji = other.value.trim();
          if (emoji !== "") props.onPick(emoji);
        }}
      >
        <Field label={text.say("reaction.other")} value={other} maxLength={24} />
        <ButtonRow>
          <Button kind="primary" isSubmit>
            {text.say("reaction.give")}
          </Button>
          <Button onClick={props.onClose}>{text.say("common.cancel")}</Button>
        </ButtonRow>
      </form>
    </Dialog>
  );
}
