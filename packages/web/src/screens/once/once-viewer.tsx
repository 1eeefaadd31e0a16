/** What was to be seen once, while it is seen. It is gone from this device already; closing ends the last of it. */
import type { FileInfo, Message, Methods } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { plainName, textDirection } from "../../i18n/bidi.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { ViewedPicture } from "../files/image-viewer.tsx";
import { saveToDisk } from "../files/read-file.ts";
import { VoicePlayer } from "../voice/voice-player.tsx";
import s from "./once.module.css";

type Opened = Methods["message.open"]["result"];

/** The message as it was, for what reads its bytes. */
function asMessage(message: Message, file: NonNullable<Opened["file"]>): Message & { readonly file: FileInfo } {
  const whole = { ...file, hasPreview: false, state: "complete", doneBytes: file.sizeBytes } as const;
  return { ...message, isPlayed: true, file: whole };
}

function Content({ message, opened }: { readonly message: Message; readonly opened: Opened }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const { text: words = "", file } = opened;
  if (file === undefined) {
    return (
      <p class={s.words} dir={textDirection(words)}>
        {words}
      </p>
    );
  }
  const whole = asMessage(message, file);
  const name = plainName(file.name);
  if (file.voice !== undefined) return <VoicePlayer message={whole} voice={file.voice} />;
  if (/^image\/(jpeg|png|gif|webp)$/.test(file.mediaType)) return <ViewedPicture message={whole} name={name} />;
  return (
    <>
      <p>
        <bdi>{name}</bdi>
      </p>
      <ButtonRow>
        <Button onClick={() => void messenger.run(() => saveToDisk(messenger.link, whole, file.name))}>
          {text.say("file.do.save")}
        </Button>
      </ButtonRow>
    </>
  );
}

/** The open dialog. */
export function OnceViewer(props: {
  readonly message: Message;
  readonly opened: Opened;
  readonly onClose: () => void;
}): JSX.Element {
  const text = useText();
  return (
    <Dialog title={text.say("once.title")} onClose={props.onClose}>
      <Content message={props.message} opened={props.opened} />
      <p class={s.limits}>{text.say("once.limits")}</p>
      <ButtonRow>
        <Button isFocused onClick={props.onClose}>
          {text.say("once.close")}
        </Button>
      </ButtonRow>
    </Dialog>
  );
}
