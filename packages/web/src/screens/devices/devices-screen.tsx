/** The devices of the account: what each is, when it was added and seen; naming, taking out, linking one more. */
import type { OwnDevice } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { plainName } from "../../i18n/bidi.ts";
import type { Text } from "../../i18n/text.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { ConfirmDialog, Dialog } from "../../parts/dialog.tsx";
import { Field, Form } from "../../parts/field.tsx";
import { Pane } from "../../parts/pane.tsx";
import s from "./devices.module.css";
import { LinkOld } from "./link-old.tsx";

/** Longest name, in characters: at most 120 bytes in any script. */
const MAX_NAME = 30;

function nameOf({ name, kind }: OwnDevice, text: Text): string {
  return name === "" ? text.say(`deviceKind.${kind}`) : name;
}

function factsOf({ name, kind, isThis, addedAtMs, lastSeenMs, copied }: OwnDevice, text: Text): readonly string[] {
  const seen =
    lastSeenMs === undefined
      ? text.say("devices.neverSeen")
      : text.say("devices.seen", { time: text.dateTime(lastSeenMs) });
  return [
    ...(name === "" ? [] : [text.say(`deviceKind.${kind}`)]),
    text.say("devices.added", { date: text.date(addedAtMs) }),
    ...(isThis ? [] : [seen]),
    ...(copied === undefined ? [] : [text.count("devices.copying", copied)]),
  ];
}

interface Asked {
  readonly device: OwnDevice;
  readonly about: "name" | "revoke";
}

function DeviceRow({
  device,
  asked,
}: {
  readonly device: OwnDevice;
  readonly asked: Signal<Asked | null>;
}): JSX.Element {
  const text = useText();
  const name = plainName(nameOf(device, text));
  return (
    <li class={s.device}>
      <div class={s.facts}>
        <b>
          <bdi>{nameOf(device, text)}</bdi>
        </b>
        {device.isThis ? <span class={s.this}>{text.say("devices.this")}</span> : null}
        <span>{factsOf(device, text).join(" · ")}</span>
      </div>
      <ButtonRow>
        <Button
          onClick={() => {
            asked.value = { device, about: "name" };
          }}
        >
          {text.say("devices.rename")}
          <span class="spoken"> {name}</span>
        </Button>
        {device.isThis ? null : (
          <Button
            kind="danger"
            onClick={() => {
              asked.value = { device, about: "revoke" };
            }}
          >
            {text.say("devices.revoke")}
            <span class="spoken"> {name}</span>
          </Button>
        )}
      </ButtonRow>
    </li>
  );
}

function NameDialog(props: {
  readonly device: OwnDevice;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const text = useText();
  const name = useSignal(props.device.name);
  return (
    <Dialog title={text.say("devices.rename")} onClose={props.onClose}>
      <Form onSubmit={() => props.onName(name.value.trim())}>
        <Field
          label={text.say("devices.name")}
          value={name}
          isFocused
          maxLength={MAX_NAME}
          help={text.say("devices.nameHelp")}
        />
        <ButtonRow>
          <Button kind="primary" isSubmit>
            {text.say("devices.save")}
          </Button>
          <Button onClick={props.onClose}>{text.say("common.cancel")}</Button>
        </ButtonRow>
      </Form>
    </Dialog>
  );
}

/** The list, asked for when the screen is opened and after each change of the account. */
function useDevices(): Signal<readonly OwnDevice[] | null> {
  const messenger = useMessenger();
  const devices = useSignal<readonly OwnDevice[] | null>(null);
  const status = messenger.account.status.value;
  useEffect(() => {
    void messenger.run(async () => {
      devices.value = await messenger.link.call("device.list", {});
    });
  }, [messenger, devices, status]);
  return devices;
}

function List({ onLink }: { readonly onLink: () => void }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const devices = useDevices();
  const asked = useSignal<Asked | null>(null);
  const close = (): void => {
    asked.value = null;
  };
  const change = (work: () => Promise<readonly OwnDevice[]>, said: string): void => {
    close();
    void messenger.run(async () => {
      devices.value = await work();
      messenger.toasts.tell(said);
    });
  };
  const { device, about } = asked.value ?? { device: null, about: null };
  return (
    <>
      <p>{text.say("devices.about")}</p>
      <ButtonRow>
        <Button kind="primary" onClick={onLink}>
          {text.say("devices.link")}
        </Button>
      </ButtonRow>
      {devices.value === null ? <p aria-busy="true">{text.say("common.busy")}</p> : null}
      <ul class={s.list}>
        {devices.value?.map((each) => (
          <DeviceRow key={each.device} device={each} asked={asked} />
        ))}
      </ul>
      {device !== null && about === "name" ? (
        <NameDialog
          device={device}
          onClose={close}
          onName={(name) =>
            change(
              () => messenger.link.call("device.rename", { device: device.device, name }),
              text.say("devices.renamed"),
            )
          }
        />
      ) : null}
      {device !== null && about === "revoke" ? (
        <ConfirmDialog
          title={text.say("devices.revokeTitle", { name: plainName(nameOf(device, text)) })}
          text={text.say("devices.revokeText")}
          action={text.say("devices.revoke")}
          onClose={close}
          onConfirm={() =>
            change(() => messenger.link.call("device.revoke", { device: device.device }), text.say("devices.revoked"))
          }
        />
      ) : null}
    </>
  );
}

/** The screen. */
export function DevicesScreen(): JSX.Element {
  const text = useText();
  const isLinking = useSignal(false);
  return (
    <Pane title={text.say(isLinking.value ? "devices.link" : "devices.section")} back="#/settings">
      {isLinking.value ? (
        <LinkOld
          onClose={() => {
            isLinking.value = false;
          }}
        />
      ) : (
        <List
          onLink={() => {
            isLinking.value = true;
          }}
        />
      )}
    </Pane>
  );
}
