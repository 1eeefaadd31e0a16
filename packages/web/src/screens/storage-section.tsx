/** What this browser keeps of a peer, and whether it promises to keep it. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Section } from "../parts/pane.tsx";
import s from "./settings.module.css";

const BYTES_PER_MB = 1024 * 1024;

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
    </Section>
  );
}
