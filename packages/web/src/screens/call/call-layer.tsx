/** Whatever there is of calls, above the rest of the app. */
import type { Contact } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { plainName } from "../../i18n/bidi.ts";
import s from "./call.module.css";
import type { CallDesk } from "./call-desk.ts";
import { CallScreen } from "./call-screen.tsx";
import { EndedCall, FailedCall } from "./ended-call.tsx";
import { IncomingCall } from "./incoming-call.tsx";
import { SmallCall } from "./small-call.tsx";
import { StartingCall } from "./starting-call.tsx";

/** Who a call is with, as far as this page knows. */
export interface CallPerson {
  readonly account: string;
  readonly name: string;
  readonly contact: Contact | undefined;
}

/** The layer; empty while there is no call. */
export function CallLayer({ desk }: { readonly desk: CallDesk }): JSX.Element | null {
  const { chats } = useMessenger();
  const text = useText();
  const personOf = (account: string): CallPerson => {
    const contact = chats.chatOf(account)?.contact;
    return { account, contact, name: plainName(contact?.name ?? account) };
  };
  const call = desk.call.value;
  const failed = desk.failed.value;
  const starting = desk.starting.value;
  const { session } = desk;
  if (session !== null && call !== null && call.phase !== "ended") {
    const props = { desk, call, session, person: personOf(call.account) };
    return desk.isSmall.value ? <SmallCall {...props} /> : <CallScreen {...props} />;
  }
  const isIncoming = call !== null && call.phase === "ringing" && !call.isOutgoing;
  if (starting !== null) return <StartingCall person={personOf(starting.account)} />;
  if (isIncoming) return <IncomingCall desk={desk} call={call} person={personOf(call.account)} failed={failed} />;
  if (failed !== null) return <FailedCall desk={desk} failed={failed} person={personOf(failed.account)} />;
  if (call === null || desk.isClosed) return null;
  if (call.phase === "ended") return <EndedCall desk={desk} call={call} person={personOf(call.account)} />;
  return (
    <div class={s.elsewhere} role="status">
      {text.say("call.elsewhere", { name: personOf(call.account).name })}
    </div>
  );
}
