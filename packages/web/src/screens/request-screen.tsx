/** A stranger's request: who, what they wrote, and the three answers. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { plainName } from "../i18n/bidi.ts";
import { Avatar } from "../parts/avatar.tsx";
import { Bubble } from "../parts/bubble.tsx";
import { Button, ButtonRow } from "../parts/button.tsx";
import { ConfirmDialog } from "../parts/dialog.tsx";
import { AccountText, Handle, isNamedByHandle, Name } from "../parts/name.tsx";
import { Pane } from "../parts/pane.tsx";
import { TrustWords } from "../parts/trust-words.tsx";
import type { Request } from "../state/chats.ts";
import { NotThere } from "./not-there.tsx";
import s from "./person-screen.module.css";

function Messages({ request }: { readonly request: Request }): JSX.Element {
  const text = useText();
  const { messages, contact } = request;
  if (messages.length === 0) return <p class={s.muted}>{text.say("requests.noText")}</p>;
  return (
    <div>
      {messages.map((message, at) => (
        <Bubble
          key={message.id}
          text={message.text}
          atMs={message.sentAtMs}
          isOwn={false}
          state="received"
          absence={message.isUnsupported === true ? text.say("chat.unsupported") : null}
          isFirst={at === 0}
          isLast={at === messages.length - 1}
          label={`${plainName(contact.name)}, ${message.text}, ${text.time(message.sentAtMs)}`}
          position={at + 1}
          total={messages.length}
          isPlain
        />
      ))}
    </div>
  );
}

function Answers({ account, name }: { readonly account: string; readonly name: string }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const isAsking = useSignal(false);
  const answer = async (method: "request.accept" | "request.delete" | "contact.block"): Promise<boolean> => {
    isAsking.value = false;
    return messenger.run(async () => {
      await messenger.link.call(method, { who: account });
      await messenger.chats.load();
      if (method === "request.accept") messenger.router.replace({ name: "chat", account });
      else messenger.router.replace({ name: "home" });
    });
  };
  const accept = async (): Promise<void> => {
    if (await answer("request.accept")) messenger.toasts.tell(text.say("requests.accepted", { name }));
  };
  const block = async (): Promise<void> => {
    const undo = () =>
      messenger.run(async () => {
        await messenger.link.call("contact.unblock", { who: account });
        await messenger.chats.load();
      });
    if (await answer("contact.block")) messenger.toasts.tell(text.say("person.blocked", { name }), () => void undo());
  };
  const remove = async (): Promise<void> => {
    if (await answer("request.delete")) messenger.toasts.tell(text.say("requests.deleted"));
  };
  return (
    <>
      <ButtonRow>
        <Button kind="primary" onClick={() => void accept()}>
          {text.say("requests.accept")}
        </Button>
        <Button
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {text.say("requests.delete")}
        </Button>
        <Button kind="danger" onClick={() => void block()}>
          {text.say("requests.block")}
        </Button>
      </ButtonRow>
      {isAsking.value ? (
        <ConfirmDialog
          title={text.say("requests.deleteTitle")}
          text={text.say("requests.deleteText", { name })}
          action={text.say("requests.delete")}
          onConfirm={() => void remove()}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      ) : null}
    </>
  );
}

/** The request of one account. */
export function RequestScreen({ account }: { readonly account: string }): JSX.Element {
  const { chats } = useMessenger();
  const text = useText();
  const request = chats.requestOf(account);
  if (request === undefined) {
    return chats.isLoaded.value ? <NotThere text={text.say("requests.gone")} /> : <div aria-busy="true" />;
  }
  const { contact } = request;
  const name = plainName(contact.name);
  return (
    <Pane title={text.say("requests.title", { name })}>
      <div class={s.card}>
        <Avatar account={contact.account} />
        <div class={s.facts}>
          <b>
            <Name name={contact.name} />
          </b>
          {isNamedByHandle(contact) || contact.handle === undefined ? null : <Handle handle={contact.handle} />}
          <TrustWords trust={contact.trust} />
          <AccountText account={contact.account} />
        </div>
      </div>
      <Messages request={request} />
      {request.groups === 0 ? null : <p>{text.say("requests.groups")}</p>}
      <p class={s.muted}>{text.say("requests.text")}</p>
      <Answers account={account} name={name} />
    </Pane>
  );
}
