/** After everything was erased: says so, and begins anew. */
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Door } from "./door.tsx";

/** The last thing an erased account shows. */
export function ErasedDoor(): JSX.Element {
  const { isPeer } = useMessenger();
  const text = useText();
  return (
    <Door title={text.say("erased.title")} petals={8}>
      <p>{text.say("erased.text")}</p>
      {isPeer ? (
        <ButtonRow>
          <Button kind="primary" onClick={() => location.reload()}>
            {text.say("door.wiped.anew")}
          </Button>
        </ButtonRow>
      ) : (
        <p>{text.say("erased.node")}</p>
      )}
    </Door>
  );
}
