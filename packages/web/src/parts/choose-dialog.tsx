/** Chooses one person or group out of a list that a field narrows. */
import type { Contact } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useText } from "../app/context.ts";
import { plainName } from "../i18n/bidi.ts";
import { Avatar } from "./avatar.tsx";
import { Button, ButtonRow } from "./button.tsx";
import s from "./choose-dialog.module.css";
import { Dialog } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { Name } from "./name.tsx";

/** Listed at once; the field finds the others. */
const MAX_LISTED = 50;

/** One line of the list. */
export interface Choice {
  /** The account, or the group. */
  readonly id: string;
  readonly name: string;
  /** What is looked through. */
  readonly words: string;
  readonly pictureId?: string | undefined;
  readonly isVerified: boolean;
  readonly isGroup?: boolean;
}

interface ChooseDialogProps<T extends Choice> {
  readonly title: string;
  readonly choices: readonly T[];
  /** Said where there is nobody to look for; else that nobody was found. */
  readonly nobody?: string;
  readonly onChoose: (choice: T) => void;
  readonly onClose: () => void;
  /** Stands over the list. */
  readonly children?: ComponentChildren;
}

/** The open dialog. */
export function ChooseDialog<T extends Choice>(props: ChooseDialogProps<T>): JSX.Element {
  const text = useText();
  const query = useSignal("");
  const wanted = query.value.trim().toLocaleLowerCase(text.locale);
  const shown = props.choices.filter(({ words }) => words.toLocaleLowerCase(text.locale).includes(wanted));
  const noMatch = text.say("chats.noMatch", { query: query.value });
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      {props.children}
      <Field label={text.say("chats.search")} value={query} isFocused />
      {shown.length === 0 ? (
        <p role="status">{query.value === "" ? (props.nobody ?? noMatch) : noMatch}</p>
      ) : (
        <ul class={s.people}>
          {shown.slice(0, MAX_LISTED).map((each) => (
            <li key={each.id}>
              <button type="button" onClick={() => props.onChoose(each)}>
                <Avatar account={each.id} size="middle" pictureId={each.pictureId} isGroup={each.isGroup === true} />
                <Name name={each.name} isVerified={each.isVerified} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <ButtonRow>
        <Button onClick={props.onClose}>{text.say("common.cancel")}</Button>
      </ButtonRow>
    </Dialog>
  );
}

/** A person as a choice, found by name and handle. */
export function choiceOf({ account, name, handle, pictureId, trust }: Contact): Choice {
  const words = `${plainName(name)} @${handle ?? ""}`;
  return { id: account, name, words, pictureId, isVerified: trust === "VERIFIED" };
}
