/** Linking, on a device where nobody lives yet: the code of the other device, the words, and the account opens. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { Field, Form, TextField } from "../../parts/field.tsx";
import { QrScanner } from "../../parts/lazy-scanner.ts";
import { readScannedCode } from "../../state/scanned-code.ts";
import { Door } from "../door.tsx";
import { defaultName } from "./device-name.ts";
import s from "./devices.module.css";
import { CompareStep, FailedStep, WaitStep } from "./link-steps.tsx";
import { useLink } from "./use-link.ts";

function CodeForm(props: {
  readonly onJoin: (code: string, name: string) => Promise<void>;
  readonly onBack: () => void;
}): JSX.Element {
  const { isPeer } = useMessenger();
  const text = useText();
  const code = useSignal("");
  const name = useSignal(defaultName(text, isPeer));
  const isBusy = useSignal(false);
  const isScanning = useSignal(false);
  const join = async (): Promise<void> => {
    if (isBusy.value || code.value.trim() === "") return;
    isBusy.value = true;
    await props.onJoin(code.value.trim(), name.value.trim());
    isBusy.value = false;
  };
  const stopScanning = (): void => {
    isScanning.value = false;
  };
  const takeScanned = (scanned: string): string | null => {
    const read = readScannedCode(scanned);
    if (read.kind !== "link") return text.say("link.noCode");
    stopScanning();
    code.value = read.text;
    void join();
    return null;
  };
  return (
    <>
      <p>{text.say("link.newText")}</p>
      <Form onSubmit={() => void join()}>
        <TextField label={text.say("link.codeField")} value={code} rows={4} isLtr isFocused />
        <Field label={text.say("devices.name")} value={name} maxLength={30} help={text.say("devices.nameHelp")} />
        <ButtonRow>
          <Button kind="primary" isSubmit isBusy={isBusy.value}>
            {text.say("link.join")}
          </Button>
          <Button
            onClick={() => {
              isScanning.value = true;
            }}
          >
            {text.say("new.scan")}
          </Button>
          <Button kind="quiet" onClick={props.onBack}>
            {text.say("common.back")}
          </Button>
        </ButtonRow>
      </Form>
      {isScanning.value ? <QrScanner title={text.say("new.scan")} onRead={takeScanned} onClose={stopScanning} /> : null}
    </>
  );
}

/** The screen. */
export function LinkNew({ onBack }: { readonly onBack: () => void }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const status = useLink();
  const link = status.value;
  const isDone = link?.stage === "done";
  const { account } = messenger;
  const isLinking = link !== null && link.stage !== "failed";
  useEffect(() => {
    account.isLinking = isLinking;
    return () => {
      account.isLinking = false;
    };
  }, [isLinking, account]);
  useEffect(() => {
    if (isDone) void messenger.run(() => account.refresh());
  }, [isDone, messenger, account]);
  const join = async (code: string, name: string): Promise<void> => {
    const kind = messenger.isPeer ? "browser" : "node";
    await messenger.run(async () => {
      status.value = await messenger.link.call("link.join", { code, name, kind });
    });
  };
  const again = (): void => {
    status.value = null;
  };
  const cancel = (): void =>
    void messenger.run(async () => {
      status.value = await messenger.link.call("link.cancel", {});
    });
  return (
    <Door title={text.say("link.newTitle")} petals={3} seed="you">
      <div class={s.door}>
        {link === null ? <CodeForm onJoin={join} onBack={onBack} /> : null}
        {link?.stage === "compare" ? <CompareStep status={status} /> : null}
        {link?.stage === "failed" ? <FailedStep status={link} onAgain={again} /> : null}
        {link === null || ["compare", "failed"].includes(link.stage) ? null : (
          <WaitStep status={link} onCancel={cancel} />
        )}
      </div>
    </Door>
  );
}
