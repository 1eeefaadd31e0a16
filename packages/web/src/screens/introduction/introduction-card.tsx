/** An introduction in its bubble: who introduces whom, the whole account, and the way to the person. */
import type { Message } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { introductionWords } from "../../parts/introduction-words.ts";
import { AccountText } from "../../parts/name.tsx";
import s from "./introduction.module.css";

interface CardProps {
  readonly introduction: NonNullable<Message["introduction"]>;
  readonly isOwn: boolean;
  /** Of the other side. */
  readonly name: string;
}

/** The way to the person: their chat where there is one, else a request. */
function Way({ account }: { readonly account: string }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const isBusy = useSignal(false);
  if (messenger.chats.chatOf(account) !== undefined) {
    return (
      <a class={s.way} href={`#/chat/${account}`}>
        {text.say("new.openChat")}
      </a>
    );
  }
  const ask = async (): Promise<void> => {
    if (isBusy.peek()) return;
    isBusy.value = true;
    await messenger.run(async () => {
      const contact = await messenger.link.call("contact.add", { who: account });
      await messenger.chats.load();
      messenger.router.go({ name: "chat", account: contact.account });
      messenger.toasts.speak(text.say("new.asked", { name: contact.name }));
    });
    isBusy.value = false;
  };
  return (
    <button type="button" class={s.way} aria-disabled={isBusy.value} onClick={() => void ask()}>
      {text.say("new.ask")}
    </button>
  );
}

/** The card of one message. */
export function IntroductionCard({ introduction, isOwn, name }: CardProps): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const known = messenger.chats.chatOf(introduction.account)?.contact.name;
  const isSelf = messenger.account.status.value?.account === introduction.account;
  return (
    <div class={s.card}>
      <p>{introductionWords(introduction, { text, isOwn, name, known })}</p>
      <AccountText account={introduction.account} />
      {isSelf ? null : <Way account={introduction.account} />}
    </div>
  );
}
