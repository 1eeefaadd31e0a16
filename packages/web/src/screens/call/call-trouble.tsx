/** What keeps a running call from being heard or seen, and what to do about it. */
import type { JSX } from "preact";
import { useText } from "../../app/context.ts";
import { Button } from "../../parts/button.tsx";
import s from "./call.module.css";
import type { LiveCall } from "./call-screen.tsx";
import { troubleText } from "./call-words.ts";

/** The trouble of now; nothing while there is none. The session is read from the desk, whose signal tells of its changes. */
export function CallTrouble({ desk }: Pick<LiveCall, "desk">): JSX.Element | null {
  const text = useText();
  const { session } = desk;
  if (desk.isSilenced.value) {
    const play = (): void => {
      void document.querySelector<HTMLVideoElement>("[data-remote]")?.play();
      desk.isSilenced.value = false;
    };
    return (
      <div class={s.trouble} role="alert">
        <p>{text.say("call.silenced")}</p>
        <Button onClick={play}>{text.say("call.play")}</Button>
      </div>
    );
  }
  const trouble = session?.trouble ?? null;
  if (trouble === null) return null;
  const isLost = trouble === "microphone-lost" || trouble === "camera-lost";
  const choose = (): void => {
    desk.isChoosing.value = true;
    desk.isSmall.value = false;
  };
  return (
    <div class={s.trouble} role="alert">
      <p>{troubleText(trouble, text)}</p>
      {isLost && !(desk.isChoosing.value && !desk.isSmall.value) ? (
        <Button onClick={choose}>{text.say("call.devices")}</Button>
      ) : null}
    </div>
  );
}
