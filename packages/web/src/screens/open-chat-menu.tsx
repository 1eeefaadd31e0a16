/** The menu of a chat, as the list and the head of a conversation open it. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger } from "../app/context.ts";
import { lazy } from "../app/lazy.tsx";
import { type MenuPointer, useMenuPointer } from "../parts/use-menu-pointer.ts";
import type { ChatTarget } from "./chat-menu/chat-menu.tsx";

const ChatMenu = lazy(async () => (await import("./chat-menu/chat-menu.tsx")).ChatMenu);

/** The open menu, while there is one. */
export function OpenChatMenu({ target }: { readonly target: Signal<ChatTarget | null> }): JSX.Element | null {
  const { chats } = useMessenger();
  const open = target.value;
  const chat = open === null ? undefined : chats.chatOf(open.account);
  if (open === null || chat === undefined) return null;
  const close = (): void => {
    target.value = null;
  };
  return <ChatMenu target={open} chat={chat} onClose={close} />;
}

/** What listens on a list of chats, and the chat whose menu is open. */
export function useChatMenu(): {
  readonly target: Signal<ChatTarget | null>;
  readonly listeners: MenuPointer & { readonly onKeyDown: (event: KeyboardEvent) => void };
} {
  const target = useSignal<ChatTarget | null>(null);
  const open = (element: HTMLElement, at: ChatTarget["at"]): boolean => {
    const anchor = element.closest<HTMLElement>("[data-chat]");
    const account = anchor?.dataset.chat;
    if (anchor === null || account === undefined) return false;
    anchor.focus({ preventScroll: true });
    target.value ??= { account, at, anchor };
    return true;
  };
  const pointer = useMenuPointer(open);
  return {
    target,
    listeners: {
      ...pointer,
      onKeyDown(event) {
        const isAsking = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
        if (isAsking && open(event.target as HTMLElement, null)) event.preventDefault();
      },
    },
  };
}
