/** The own picture, told to people who were let in. */
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { PictureEditor } from "./picture-editor.tsx";

/** The part of the settings. */
export function OwnPicture(): JSX.Element {
  const { account, link, toasts } = useMessenger();
  const text = useText();
  const { account: own = "", pictureId } = account.status.value ?? {};
  const set = async (picture: string | undefined): Promise<void> => {
    account.set(await link.call("account.setPicture", picture === undefined ? {} : { picture }));
    toasts.tell(text.say(picture === undefined ? "picture.removed" : "picture.saved"));
  };
  return (
    <PictureEditor
      shown={<Avatar account={own} size="large" pictureId={pictureId} isOwn />}
      hasPicture={pictureId !== undefined}
      help={text.say("picture.help")}
      onSet={set}
    />
  );
}
