/** What stands beside the list on a wide screen before a conversation is chosen. */
import type { JSX } from "preact";
import { useText } from "../app/context.ts";
import { Lattice } from "../parts/lattice.tsx";
import { Rich } from "../parts/rich.tsx";
import s from "./home-pane.module.css";

/** A quiet room. */
export function HomePane(): JSX.Element {
  const text = useText();
  return (
    <div class={s.room}>
      <Lattice />
      <h1 tabIndex={-1} data-heading="">
        {text.say("chats.choose")}
      </h1>
      <p>
        <Rich text="chats.chooseText" places={{ key: <kbd>?</kbd> }} />
      </p>
    </div>
  );
}
