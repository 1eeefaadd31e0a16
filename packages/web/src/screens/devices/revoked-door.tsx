/** This device was taken out of the account by another one. */
import type { JSX } from "preact";
import { useText } from "../../app/context.ts";
import { Door } from "../door.tsx";
import { EraseButton } from "../erase-section.tsx";

/** Says so, and offers to erase what is here. */
export function RevokedDoor(): JSX.Element {
  const text = useText();
  return (
    <Door title={text.say("revoked.title")} petals={5}>
      <p>{text.say("revoked.text")}</p>
      <p>{text.say("revoked.stays")}</p>
      <EraseButton />
    </Door>
  );
}
