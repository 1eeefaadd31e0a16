/** An address that leads to nothing on this device. */
import type { JSX } from "preact";
import { useText } from "../app/context.ts";
import { ButtonRow, LinkButton } from "../parts/button.tsx";
import { Pane } from "../parts/pane.tsx";

/** Says so, and leads back to the chats. */
export function NotThere(props: { readonly text: string }): JSX.Element {
  const text = useText();
  return (
    <Pane title={props.text}>
      <ButtonRow>
        <LinkButton href="#/">{text.say("chat.back")}</LinkButton>
      </ButtonRow>
    </Pane>
  );
}
