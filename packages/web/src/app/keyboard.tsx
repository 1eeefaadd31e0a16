/** Shortcuts of the whole app, and the sheet that lists them. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { TextKey } from "../i18n/catalogue.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import type { MessengerState } from "../state/messenger-state.ts";
import { useMessenger, useText } from "./context.ts";
import s from "./keyboard.module.css";

const KEYS: readonly (readonly [string, TextKey])[] = [
  ["Ctrl K", "keys.search"],
  ["Alt ↑ ↓", "keys.next"],
  ["Alt N", "keys.new"],
  ["Esc", "keys.back"],
  ["Enter", "keys.send"],
  ["Shift Enter", "keys.line"],
  ["↑", "keys.editLast"],
  ["↑ ↓", "keys.log"],
  ["Shift F10", "keys.menu"],
  ["Shift F10", "keys.chatMenu"],
  ["R", "keys.answer"],
  ["E", "keys.edit"],
  ["?", "keys.help"],
];

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
  const text = useText();
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
  if (!isOpen.value) return null;
  return (
    <Dialog title={text.say("keys.title")} onClose={close}>
      <dl class={s.keys}>
        {KEYS.map(([keys, label]) => (
          <div key={label}>
            <dt>
              <kbd dir="ltr">{keys}</kbd>
            </dt>
            <dd>{text.say(label)}</dd>
          </div>
        ))}
      </dl>
      <ButtonRow>
        <Button isFocused onClick={close}>
          {text.say("common.close")}
        </Button>
      </ButtonRow>
    </Dialog>
  );
}
