/** Shortcuts of the whole app. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { MessengerState } from "../state/messenger-state.ts";
import { useMessenger } from "./context.ts";
import { lazy } from "./lazy.tsx";

const KeyboardSheet = lazy(async () => (await import("./keyboard-sheet.tsx")).KeyboardSheet);

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}

function stepChat({ chats, router }: MessengerState, step: 1 | -1): void {
  const list = chats.chats.peek();
  const route = router.route.peek();
  const at = list.findIndex(({ contact }) => "account" in route && contact.account === route.account);
  const next = list[at < 0 ? (step === 1 ? 0 : list.length - 1) : at + step];
  if (next !== undefined) router.go({ name: "chat", account: next.contact.account });
}

function goBack({ router }: MessengerState): void {
  const route = router.route.peek();
  if (route.name === "person") router.go({ name: "chat", account: route.account });
  else if (route.name === "members") router.go({ name: "group", group: route.group });
  else if (route.name === "group") router.go({ name: "groups" });
  else if (route.name === "words") router.go({ name: "settings" });
  else router.go({ name: "home" });
}

function handleKey(event: KeyboardEvent, messenger: MessengerState, isOpen: Signal<boolean>): boolean {
  if (document.querySelector("dialog[open]") !== null || event.isComposing) return false;
  const isControl = (event.ctrlKey || event.metaKey) && !event.altKey;
  if (isControl && event.code === "KeyK") {
    messenger.router.go({ name: "home" });
    requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-search]")?.focus());
    return true;
  }
  if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    stepChat(messenger, event.key === "ArrowDown" ? 1 : -1);
    return true;
  }
  if (event.altKey && event.code === "KeyN") {
    messenger.router.go({ name: "new", way: "handle" });
    return true;
  }
  if (event.key === "Escape" && messenger.router.route.peek().name !== "home") {
    goBack(messenger);
    return true;
  }
  if (event.key === "?" && !isTyping(event.target)) {
    isOpen.value = true;
    return true;
  }
  return false;
}

/** Listens for shortcuts; draws the sheet when asked for it. */
export function Keyboard(): JSX.Element | null {
  const messenger = useMessenger();
  const isOpen = useSignal(false);
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (handleKey(event, messenger, isOpen)) event.preventDefault();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [messenger, isOpen]);
  const close = (): void => {
    isOpen.value = false;
  };
  return isOpen.value ? <KeyboardSheet onClose={close} /> : null;
}
