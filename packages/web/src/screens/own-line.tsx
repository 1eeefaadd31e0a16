/** The person's own line at the foot of the list: who they are here, and whether anything can be reached. */
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Avatar } from "../parts/avatar.tsx";
import { Handle } from "../parts/name.tsx";
import s from "./own-line.module.css";

/** Leads to the settings. */
export function OwnLine(): JSX.Element | null {
  const { account, link, relays } = useMessenger();
  const text = useText();
  const status = account.status.value;
  if (status?.account === undefined) return null;
  const isOpen = link.state.value.kind === "open";
  const connected = relays.list.value?.filter(({ state }) => state === "connected").length ?? 0;
  const words = !isOpen
    ? text.say("chats.offline")
    : connected === 0
      ? text.say("chats.noRelay")
      : text.count("chats.relays", connected);
  return (
    <a class={s.line} href="#/settings">
      <Avatar account={status.account} size="small" pictureId={status.pictureId} isOwn />
      <span>
        <b>{status.handle === undefined ? text.say("chats.anonymous") : <Handle handle={status.handle.written} />}</b>
        <span class={s.state}>
          <span class={`${s.dot} ${isOpen && connected > 0 ? s.on : ""}`} aria-hidden="true" />
          {isOpen && relays.list.value === null ? "" : words}
        </span>
      </span>
    </a>
  );
}
