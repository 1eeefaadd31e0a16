/** What this browser keeps of a peer, whether it promises to keep it, and how to erase it. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { ConfirmDialog } from "../parts/dialog.tsx";
import { Section } from "../parts/pane.tsx";
import s from "./settings.module.css";

const BYTES_PER_MB = 1024 * 1024;

function EraseButton(): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const isAsking = useSignal(false);
  const erase = async (): Promise<void> => {
    const { eraseEngine } = await import("../state/peer/engine.ts");
    await eraseEngine();
    location.reload();
  };
  return (
    <>
      <ButtonRow>
        <Button
          kind="danger"
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {text.say("storage.erase")}
        </Button>
      </ButtonRow>
      {isAsking.value ? (
        <ConfirmDialog
          title={text.say("storage.eraseTitle")}
          text={text.say("storage.eraseText")}
          action={text.say("storage.erase")}
          onConfirm={() => void messenger.run(erase)}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      ) : null}
    </>
  );
}

/** For a peer: the data is in the browser and nowhere else. */
export function StorageSection(): JSX.Element {
  const messenger = useMessenger();
  const { storage } = messenger;
  const text = useText();
  useEffect(() => {
    void storage.read();
  }, [storage]);
  const facts = storage.facts.value;
  const megabytes = facts?.usedBytes == null ? null : Math.max(1, Math.round(facts.usedBytes / BYTES_PER_MB));
  return (
    <Section title={text.say("settings.browser")}>
      <p>{text.say("storage.text")}</p>
      {facts === null ? null : (
        <p class={facts.isKept === true ? undefined : s.waiting} role="status">
          {text.say(facts.isKept === true ? "storage.kept" : "storage.mayBeCleared")}
        </p>
      )}
      {megabytes === null ? null : <p>{text.say("storage.used", { megabytes })}</p>}
      {facts?.isKept === false ? (
        <ButtonRow>
          <Button onClick={() => void storage.ask()}>{text.say("storage.ask")}</Button>
        </ButtonRow>
      ) : null}
      <EraseButton />
    </Section>
  );
}
