/** The invite link of a group, for its admins: shown where it was made, turned on, replaced and turned off anywhere. */
import type { GroupInfo } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useId } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { CodeAndText } from "../../parts/code-and-text.tsx";
import { copyText } from "../../parts/copy-text.ts";
import { Section } from "../../parts/pane.tsx";
import { memberName } from "./group-words.ts";
import s from "./groups.module.css";

/** The link as a code and a text. */
function Shown({ link }: { readonly link: string }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  return (
    <>
      <CodeAndText value={link} codeLabel={text.say("groupLink.qr")} textLabel={text.say("groupLink.text")} />
      <ButtonRow>
        <Button kind="primary" onClick={() => void copyText(messenger, text, link)}>
          {text.say("groupLink.copy")}
        </Button>
      </ButtonRow>
    </>
  );
}

/** Says what there is of a link. */
function Standing({ link }: { readonly link: GroupInfo["link"] }): JSX.Element {
  const text = useText();
  if (link === undefined) return <p>{text.say("groupLink.none")}</p>;
  const by = text.say("groupLink.by", { name: memberName(text, link.by) });
  return (
    <p>
      {by} {text.say(link.needsApproval ? "groupLink.approval" : "groupLink.open")}
      {link.isHere ? null : ` ${text.say("groupLink.elsewhere")}`}
    </p>
  );
}

/** The link of a group. */
export function LinkSection({ group: { group, link } }: { readonly group: GroupInfo }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const shown = useSignal<string | null>(null);
  const isBusy = useSignal(false);
  const needsApproval = useSignal(true);
  const hint = useId();
  const isHere = link?.isHere === true;
  useEffect(() => {
    if (!isHere) shown.value = null;
    else if (shown.value === null) {
      void messenger.run(async () => {
        shown.value = (await messenger.link.call("group.link", { group })).text;
      });
    }
  }, [group, isHere]);
  const set = async (isOn: boolean): Promise<void> => {
    isBusy.value = true;
    await messenger.run(async () => {
      const choice = isOn ? { needsApproval: needsApproval.value } : {};
      shown.value = (await messenger.link.call("group.setLink", { group, isOn, ...choice })).text;
      await messenger.groups.load();
      messenger.toasts.speak(text.say(isOn ? "groupLink.isOn" : "groupLink.isOff"));
    });
    isBusy.value = false;
  };
  return (
    <Section title={text.say("groupLink.title")}>
      <Standing link={link} />
      {shown.value === null ? null : <Shown link={shown.value} />}
      <div class={s.people}>
        <label>
          <input
            type="checkbox"
            checked={needsApproval.value}
            aria-describedby={hint}
            onChange={(event) => {
              needsApproval.value = event.currentTarget.checked;
            }}
          />
          {text.say("groupLink.choose")}
        </label>
        <p class={s.muted} id={hint}>
          {text.say("groupLink.chooseText")}
        </p>
      </div>
      <ButtonRow>
        <Button isBusy={isBusy.value} onClick={() => void set(true)}>
          {text.say(link === undefined ? "groupLink.turnOn" : "groupLink.renew")}
        </Button>
        {link === undefined ? null : (
          <Button kind="danger" isDisabled={isBusy.value} onClick={() => void set(false)}>
            {text.say("groupLink.turnOff")}
          </Button>
        )}
      </ButtonRow>
    </Section>
  );
}
