/** The steps of a link that both devices show: six words to compare, and how it ended. */
import type { LinkStatus } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { plainName } from "../../i18n/bidi.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import s from "./devices.module.css";

/** Six words, from left to right in every language: the other device has the same. */
function Words({ words }: { readonly words: readonly string[] }): JSX.Element {
  return (
    <ol class={s.words} dir="ltr" lang="en">
      {words.map((word, at) => (
        <li key={`${at}-${word}`}>{word}</li>
      ))}
    </ol>
  );
}

/** Who or what is on the other end, as it says itself. */
function Other({ device, account, handle }: LinkStatus): JSX.Element | null {
  const text = useText();
  if (device !== undefined) return <p>{text.say("link.device", { name: plainName(device.name) })}</p>;
  const who = handle === undefined ? account : `@${handle}`;
  return who === undefined ? null : <p>{text.say("link.account", { who })}</p>;
}

/** Asks whether the words are the same. */
export function CompareStep({ status }: { readonly status: Signal<LinkStatus | null> }): JSX.Element | null {
  const messenger = useMessenger();
  const text = useText();
  const withHistory = useSignal(true);
  const heading = useRef<HTMLParagraphElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const link = status.value;
  if (link === null) return null;
  const confirm = (isSame: boolean): void =>
    void messenger.run(async () => {
      const given = link.side === "old" ? { withHistory: withHistory.value } : {};
      status.value = await messenger.link.call("link.confirm", { isSame, ...given });
    });
  return (
    <div class={s.step}>
      <Other {...link} />
      <p ref={heading} tabIndex={-1} class={s.ask}>
        {text.say("link.compare")}
      </p>
      <Words words={link.words ?? []} />
      {link.side === "old" ? (
        <label class={s.check}>
          <input
            type="checkbox"
            checked={withHistory.value}
            onChange={({ currentTarget }) => {
              withHistory.value = currentTarget.checked;
            }}
          />
          <span>{text.say("link.history")}</span>
        </label>
      ) : null}
      <ButtonRow>
        <Button kind="primary" onClick={() => confirm(true)}>
          {text.say("link.same")}
        </Button>
        <Button kind="danger" onClick={() => confirm(false)}>
          {text.say("link.differ")}
        </Button>
      </ButtonRow>
    </div>
  );
}

/** Waiting for the other device. */
export function WaitStep({
  status,
  onCancel,
}: {
  readonly status: LinkStatus;
  readonly onCancel: () => void;
}): JSX.Element {
  const text = useText();
  return (
    <div class={s.step}>
      <p role="status" aria-busy="true">
        {text.say(status.stage === "confirmed" ? "link.confirmed" : "link.connecting")}
      </p>
      <ButtonRow>
        <Button onClick={onCancel}>{text.say("common.cancel")}</Button>
      </ButtonRow>
    </div>
  );
}

/** It came to nothing: why, and once more. */
export function FailedStep({
  status,
  onAgain,
}: {
  readonly status: LinkStatus;
  readonly onAgain: () => void;
}): JSX.Element {
  const text = useText();
  const ref = useRef<HTMLParagraphElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <div class={s.step}>
      <p class={s.failed} role="alert" tabIndex={-1} ref={ref}>
        {text.say(`linkFailed.${status.reason ?? "refused"}`)}
      </p>
      <ButtonRow>
        <Button kind="primary" onClick={onAgain}>
          {text.say("link.again")}
        </Button>
      </ButtonRow>
    </div>
  );
}
