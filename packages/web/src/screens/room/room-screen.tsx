/** What every chat takes on this device, the largest first, and making room. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { GroupMark } from "../../parts/group-mark.tsx";
import { Pane } from "../../parts/pane.tsx";
import { sizeText } from "../files/bytes.ts";
import { groupName } from "../groups/group-words.ts";
import { CleanDialog, type CleanTarget } from "./clean-dialog.tsx";
import { type ChatRoom, measureChats, type Room } from "./measure-chats.ts";
import s from "./room.module.css";

/** The chat that is being cleaned up; `all` for every one. */
type Open = CleanTarget | "all" | null;

function ChatRow({ chat, open }: { readonly chat: ChatRoom; readonly open: Signal<Open> }): JSX.Element {
  const text = useText();
  const { place } = chat;
  const isGroup = "group" in place;
  const name = isGroup ? groupName(text, chat) : chat.name;
  return (
    <li class={s.row}>
      <div class={s.lines}>
        <span class={s.name}>
          {isGroup ? <GroupMark /> : null}
          <bdi>{name}</bdi>
        </span>
        <span class={s.small}>
          {text.count("room.messages", chat.messages)} · {text.count("room.files", chat.files)} (
          {sizeText(chat.fileBytes, text)})
        </span>
      </div>
      <b class={s.size}>{sizeText(chat.bytes, text)}</b>
      <Button
        onClick={() => {
          open.value = { place, name };
        }}
      >
        {text.say("room.clean")}
        <span class="spoken"> {name}</span>
      </Button>
    </li>
  );
}

/** Measures when the screen is opened and after each cleaning. */
function useRoom(round: number): Room | null {
  const messenger = useMessenger();
  const room = useSignal<Room | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const onRoom = (found: Room): void => {
      if (!signal.aborted) room.value = found;
    };
    void messenger.run(() => measureChats(messenger.link, { signal, onRoom }));
    return () => abort.abort();
  }, [messenger, round, room]);
  return room.value;
}

function Summary({ room }: { readonly room: Room }): JSX.Element {
  const text = useText();
  const isMeasuring = room.chats.length < room.chatCount;
  const bytes = room.chats.reduce((sum, chat) => sum + chat.bytes, room.searchBytes);
  return (
    <>
      <p class={s.sum} role="status">
        {isMeasuring ? text.say("room.measuring") : text.say("room.sum", { size: sizeText(bytes, text) })}
      </p>
      {isMeasuring ? (
        <progress
          class={s.progress}
          max={room.chatCount}
          value={room.chats.length}
          aria-label={text.say("room.measuring")}
        />
      ) : (
        <p class={s.small}>{text.say("room.search", { size: sizeText(room.searchBytes, text) })}</p>
      )}
    </>
  );
}

/** The screen. */
export function RoomScreen(): JSX.Element {
  const text = useText();
  const round = useSignal(0);
  const open = useSignal<Open>(null);
  const room = useRoom(round.value);
  const close = (): void => {
    open.value = null;
  };
  return (
    <Pane title={text.say("room.section")} back="#/settings">
      {room === null ? <p aria-busy="true">{text.say("room.measuring")}</p> : <Summary room={room} />}
      {room?.chatCount === 0 ? <p>{text.say("room.none")}</p> : null}
      {room === null || room.chatCount === 0 ? null : (
        <>
          <ButtonRow>
            <Button
              onClick={() => {
                open.value = "all";
              }}
            >
              {text.say("room.cleanAll")}
            </Button>
          </ButtonRow>
          <ul class={s.list}>
            {room.chats.map((chat) => (
              <ChatRow key={Object.values(chat.place)[0]} chat={chat} open={open} />
            ))}
          </ul>
        </>
      )}
      {open.value === null ? null : (
        <CleanDialog
          target={open.value === "all" ? null : open.value}
          onClose={close}
          onDone={() => {
            close();
            round.value += 1;
          }}
        />
      )}
    </Pane>
  );
}
