/** Linking, on a device that is linked already: the code, the words, the end. */
import type { LinkStatus } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { copyText } from "../../parts/copy-text.ts";
import { QrCode } from "../../parts/qr-code.tsx";
import { defaultName } from "./device-name.ts";
import s from "./devices.module.css";
import { CompareStep, FailedStep, WaitStep } from "./link-steps.tsx";
import { useLink } from "./use-link.ts";

function CodeStep({ status, onCancel }: { readonly status: LinkStatus; readonly onCancel: () => void }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const { code = "", expiresAtMs = 0 } = status;
  return (
    <div class={s.step}>
      <p>{text.say("link.text")}</p>
      <QrCode text={code} label={text.say("link.qr")} />
      <p class={s.code} dir="ltr">
        {code}
      </p>
      <p class={s.small}>{text.say("link.expires", { time: text.time(expiresAtMs) })}</p>
      <ButtonRow>
        <Button onClick={() => void copyText(messenger, text, code)}>{text.say("link.copy")}</Button>
        <Button kind="quiet" onClick={onCancel}>
          {text.say("common.cancel")}
        </Button>
      </ButtonRow>
    </div>
  );
}

function DoneStep({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const text = useText();
  const ref = useRef<HTMLParagraphElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <div class={s.step}>
      <p role="status" tabIndex={-1} ref={ref} class={s.ask}>
        {text.say("link.done")}
      </p>
      <ButtonRow>
        <Button kind="primary" onClick={onDone}>
          {text.say("link.close")}
        </Button>
      </ButtonRow>
    </div>
  );
}

/** One link after the other, until the person goes back to the list. */
export function LinkOld({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const status = useLink();
  const begin = (): void =>
    void messenger
      .run(async () => {
        const named = {
          name: defaultName(text, messenger.isPeer),
          kind: messenger.isPeer ? "browser" : "node",
        } as const;
        status.value = await messenger.link.call("link.begin", named);
      })
      .then((isBegun) => {
        if (!isBegun) onClose();
      });
  useEffect(begin, []);
  const link = status.value;
  if (link === null) return <p aria-busy="true">{text.say("common.busy")}</p>;
  switch (link.stage) {
    case "waiting":
      return <CodeStep status={link} onCancel={onClose} />;
    case "compare":
      return <CompareStep status={status} />;
    case "failed":
      return <FailedStep status={link} onAgain={begin} />;
    case "done":
      return <DoneStep onDone={onClose} />;
    default:
      return <WaitStep status={link} onCancel={onClose} />;
  }
}
