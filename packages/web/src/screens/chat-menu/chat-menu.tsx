/** The menu of a chat: pin, mute, archive, mark as unread. Loaded when one is first opened. */
import { type Chat, type Methods, MUTED_FOREVER_MS } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { Menu, MenuItem } from "../../parts/menu.tsx";
import type { MenuPoint } from "../../parts/use-menu-pointer.ts";

const HOUR_MS = 3600 * 1000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** The chat a menu is of, and where it was asked for. */
export interface ChatTarget {
  readonly account: string;
  readonly at: MenuPoint | null;
  readonly anchor: HTMLElement | null;
}

/** What an open menu works with. */
export interface ChatMenuProps {
  readonly target: ChatTarget;
  readonly chat: Chat;
  readonly onClose: () => void;
}

function Muting(props: { readonly isMuted: boolean; readonly onMute: (untilMs: number) => void }): JSX.Element {
  const text = useText();
  const { onMute } = props;
  if (props.isMuted) return <MenuItem icon="bell" label={text.say("chatMenu.unmute")} onClick={() => onMute(0)} />;
  return (
    <>
      <MenuItem icon="mute" label={text.say("chatMenu.muteHours")} onClick={() => onMute(Date.now() + 8 * HOUR_MS)} />
      <MenuItem icon="mute" label={text.say("chatMenu.muteWeek")} onClick={() => onMute(Date.now() + WEEK_MS)} />
      <MenuItem icon="mute" label={text.say("chatMenu.mute")} onClick={() => onMute(MUTED_FOREVER_MS)} />
    </>
  );
}

/** The open menu. */
export function ChatMenu({ target, chat, onClose }: ChatMenuProps): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const { account } = target;
  const set = (changes: Omit<Methods["chat.set"]["params"], "who">) => (): void => {
    onClose();
    void messenger.run(() => messenger.chats.set(account, changes));
  };
  const read = (): void => {
    onClose();
    void messenger.run(async () => {
      await messenger.link.call("message.markRead", { who: account });
      messenger.chats.noteRead(account);
    });
  };
  const isPinned = chat.isPinned === true;
  const isArchived = chat.isArchived === true;
  const isUnread = chat.unread > 0 || chat.isMarkedUnread === true;
  return (
    <Menu label={text.say("chatMenu.title")} at={target.at} anchor={() => target.anchor} onClose={onClose}>
      <MenuItem
        icon="pin"
        label={text.say(isPinned ? "chatMenu.unpin" : "chatMenu.pin")}
        onClick={set({ isPinned: !isPinned })}
      />
      {isUnread ? (
        <MenuItem icon="check" label={text.say("chatMenu.read")} onClick={read} />
      ) : (
        <MenuItem icon="dot" label={text.say("chatMenu.unread")} onClick={set({ isMarkedUnread: true })} />
      )}
      <Muting isMuted={chat.mutedUntilMs !== undefined} onMute={(mutedUntilMs) => set({ mutedUntilMs })()} />
      <MenuItem
        icon="archive"
        label={text.say(isArchived ? "chatMenu.unarchive" : "chatMenu.archive")}
        onClick={set({ isArchived: !isArchived })}
      />
    </Menu>
  );
}
