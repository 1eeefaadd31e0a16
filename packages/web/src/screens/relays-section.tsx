/** The relays of the node: what they are for, how each does, add and remove. */
import type { RelayStatus } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Field, Form } from "../parts/field.tsx";
import { IconButton } from "../parts/icon.tsx";
import { Section } from "../parts/pane.tsx";
import s from "./settings.module.css";

function RelayRow({ relay }: { readonly relay: RelayStatus }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const [address] = relay.addresses;
  const remove = async (): Promise<void> => {
    await messenger.relays.remove(relay.relay);
    const undo = address === undefined ? undefined : () => void messenger.run(() => messenger.relays.add(address));
    messenger.toasts.tell(text.say("settings.relayRemoved"), undo);
  };
  const facts = [
    text.say(`relaySource.${relay.source}`),
    ...(relay.isBox ? [text.say("settings.relayBox")] : []),
    ...(relay.isQueue ? [text.say("settings.relayQueue")] : []),
    ...(relay.brokenPromises > 0 ? [text.say("settings.relayBroken")] : []),
  ];
  const isRemovable = relay.source === "added" || relay.source === "invite";
  return (
    <li class={s.relay}>
      <span class={`${s.dot} ${s[relay.state]}`} aria-hidden="true" />
      <span class={s.relayFacts}>
        <b>{text.say(`relayState.${relay.state}`)}</b>
        <span>{facts.join(" · ")}</span>
        <bdi dir="ltr" class={s.address}>
          {address ?? relay.relay}
        </bdi>
      </span>
      {isRemovable ? (
        <IconButton
          icon="close"
          label={text.say("settings.relayRemove", { relay: address ?? relay.relay })}
          onClick={() => void messenger.run(remove)}
        />
      ) : null}
    </li>
  );
}

/** A field for the address of one more relay. */
export function AddRelay(): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const address = useSignal("");
  const isBusy = useSignal(false);
  const add = async (): Promise<void> => {
    if (isBusy.value || address.value.trim() === "") return;
    isBusy.value = true;
    const isAdded = await messenger.run(() => messenger.relays.add(address.value.trim()));
    isBusy.value = false;
    if (!isAdded) return;
    address.value = "";
    messenger.toasts.tell(text.say("settings.relayAdded"));
  };
  return (
    <Form onSubmit={() => void add()}>
      <Field
        label={text.say("settings.relayAddress")}
        value={address}
        isLtr
        maxLength={512}
        help={<bdi>{text.say("settings.relayHelp")}</bdi>}
      />
      <ButtonRow>
        <Button isSubmit isBusy={isBusy.value}>
          {text.say("settings.relayAdd")}
        </Button>
      </ButtonRow>
    </Form>
  );
}

/** Every relay with its state; a sentence where there is none. */
export function RelayList(): JSX.Element | null {
  const { relays } = useMessenger();
  const text = useText();
  const list = relays.list.value;
  if (list === null) return null;
  if (list.length === 0) return <p class={s.waiting}>{text.say("settings.relaysNone")}</p>;
  return (
    <ul class={s.relays}>
      {list.map((relay) => (
        <RelayRow key={relay.relay} relay={relay} />
      ))}
    </ul>
  );
}

/** The relays in the settings. */
export function RelaysSection(): JSX.Element {
  const text = useText();
  return (
    <Section title={text.say("settings.relays")}>
      <p>{text.say("settings.relaysText")}</p>
      <RelayList />
      <AddRelay />
    </Section>
  );
}
