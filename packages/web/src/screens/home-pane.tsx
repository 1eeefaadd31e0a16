/** What stands beside the list on a wide screen before a conversation is chosen. */
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Lattice } from "../parts/lattice.tsx";
import { Rich } from "../parts/rich.tsx";
import s from "./home-pane.module.css";

/** A quiet room. */
export function HomePane(): JSX.Element {
  const { chats } = useMessenger();
  const text = useText();
  const isEmpty = chats.isLoaded.value && chats.chats.value.length === 0;
  return (
    <div class={s.room}>
      <Lattice />
      <h2>{text.say(isEmpty ? "app.tagline" : "chats.choose")}</h2>
      {isEmpty ? null : (
        <p>
          <Rich text="chats.chooseText" places={{ key: <kbd>?</kbd> }} />
        </p>
      )}
    </div>
  );
}
