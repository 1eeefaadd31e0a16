/** The picture of a group; its admins choose it. */
import type { GroupInfo } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Section } from "../../parts/pane.tsx";
import { PictureEditor } from "../picture/picture-editor.tsx";

/** Shows the picture, and lets admins choose another. */
export function GroupPicture({
  group,
  isAdmin,
}: {
  readonly group: GroupInfo;
  readonly isAdmin: boolean;
}): JSX.Element | null {
  const { groups, link, toasts } = useMessenger();
  const text = useText();
  const shown = <Avatar account={group.group} size="large" pictureId={group.pictureId} isGroup />;
  if (!isAdmin) return group.pictureId === undefined ? null : shown;
  const set = async (picture: string | undefined): Promise<void> => {
    await link.call("group.setPicture", { group: group.group, ...(picture === undefined ? {} : { picture }) });
    await groups.load();
    toasts.tell(text.say(picture === undefined ? "groups.pictureRemoved" : "groups.pictureSaved"));
  };
  return (
    <Section title={text.say("groups.picture")}>
      <PictureEditor
        shown={shown}
        hasPicture={group.hasPicture === true}
        help={text.say("groups.pictureHelp")}
        onSet={set}
      />
    </Section>
  );
}
