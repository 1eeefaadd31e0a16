/** Shows a received picture: only kinds that hold nothing but pixels, and only of a size that can be drawn. */
import { type Message, MessengerError } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import s from "./file-card.module.css";
import { imageKind } from "./image-kind.ts";
import { readBlob } from "./read-file.ts";

type Shown = { readonly url: string } | "loading" | "refused";

/** A picture read from the engine; nothing else is drawn. */
export function ViewedPicture({ message, name }: { readonly message: Message; readonly name: string }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const shown = useSignal<Shown>("loading");
  useEffect(() => {
    let isOpen = true;
    let url = "";
    const load = async (): Promise<void> => {
      const blob = await readBlob(messenger.link, message, "");
      const kind = imageKind(new Uint8Array(await blob.arrayBuffer()));
      if (!isOpen) return;
      if (kind !== null) url = URL.createObjectURL(blob.slice(0, blob.size, kind.type));
      shown.value = kind === null ? "refused" : { url };
    };
    load().catch((error: unknown) => {
      if (!(error instanceof MessengerError)) throw error;
      shown.value = "refused";
      messenger.report(error);
    });
    return () => {
      isOpen = false;
      if (url !== "") URL.revokeObjectURL(url);
    };
  }, [messenger, message.chat, message.id, shown]);
  return (
    <>
      {shown.value === "loading" ? <p role="status">{text.say("common.busy")}</p> : null}
      {shown.value === "refused" ? <p role="alert">{text.say("file.notShown")}</p> : null}
      {typeof shown.value === "object" ? <img class={s.picture} src={shown.value.url} alt={name} /> : null}
    </>
  );
}

/** The open viewer. */
export function ImageViewer(props: {
  readonly message: Message;
  readonly name: string;
  readonly onClose: () => void;
}): JSX.Element {
  const text = useText();
  const { message, name, onClose } = props;
  return (
    <Dialog title={name} onClose={onClose}>
      <ViewedPicture message={message} name={name} />
      <ButtonRow>
        <Button isFocused onClick={onClose}>
          {text.say("common.close")}
        </Button>
      </ButtonRow>
    </Dialog>
  );
}
