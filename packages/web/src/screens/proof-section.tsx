/** Proving the own handle with a post on X: the line to post, and the post that was made. */
import type { Methods } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { copyText } from "../parts/copy-text.ts";
import { Field, Form } from "../parts/field.tsx";
import settings from "./settings.module.css";
import s from "./trust-section.module.css";

/** Part of the account's section, for an account with a handle. */
export function ProofSection({ handle }: { readonly handle: string }): JSX.Element | null {
  const messenger = useMessenger();
  const text = useText();
  const proof = useSignal<Methods["account.proof"]["result"] | null>(null);
  const place = useSignal("");
  const isBusy = useSignal(false);
  useEffect(() => {
    void messenger.run(async () => {
      proof.value = await messenger.link.call("account.proof", {});
    });
  }, [handle, messenger, proof]);
  const { statement, post } = proof.value ?? {};
  if (statement === undefined) return null;
  const save = async (given: { readonly post?: string }): Promise<void> => {
    if (isBusy.value) return;
    isBusy.value = true;
    const isSaved = await messenger.run(async () => {
      messenger.account.set(await messenger.link.call("account.setProof", given));
      proof.value = await messenger.link.call("account.proof", {});
    });
    isBusy.value = false;
    if (!isSaved) return;
    place.value = "";
    messenger.toasts.tell(text.say(given.post === undefined ? "proof.removed" : "proof.saved"));
  };
  return (
    <>
      <h3 class={settings.title}>{text.say("proof.title")}</h3>
      <p>{text.say("proof.text", { handle: `@${handle}` })}</p>
      <code class={s.statement} dir="ltr">
        {statement}
      </code>
      <ButtonRow>
        <Button onClick={() => void copyText(messenger, text, statement)}>{text.say("proof.copy")}</Button>
      </ButtonRow>
      <p>{post === undefined ? text.say("proof.none") : text.say("proof.named", { post })}</p>
      <Form onSubmit={() => void save({ post: place.value.trim() })}>
        <Field label={text.say("proof.field")} value={place} isLtr maxLength={300} />
        <ButtonRow>
          <Button isSubmit isBusy={isBusy.value}>
            {text.say("proof.save")}
          </Button>
          {post === undefined ? null : (
            <Button kind="quiet" isDisabled={isBusy.value} onClick={() => void save({})}>
              {text.say("proof.remove")}
            </Button>
          )}
        </ButtonRow>
      </Form>
    </>
  );
}
