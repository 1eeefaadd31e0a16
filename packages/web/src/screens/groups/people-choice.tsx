/** Some of one's contacts: checkboxes with faces. */
import type { Contact } from "@kith/client/rpc";
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useText } from "../../app/context.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Name } from "../../parts/name.tsx";
import s from "./groups.module.css";

/** Lets some people be chosen. */
export function PeopleChoice(props: {
  readonly label: string;
  readonly contacts: readonly Contact[];
  /** The accounts that are chosen. */
  readonly chosen: Signal<readonly string[]>;
}): JSX.Element {
  const text = useText();
  const { contacts, chosen } = props;
  if (contacts.length === 0) return <p class={s.muted}>{text.say("groups.noPeople")}</p>;
  return (
    <fieldset class={s.people}>
      <legend>{props.label}</legend>
      {contacts.map(({ account, name, pictureId }) => (
        <label key={account}>
          <input
            type="checkbox"
            checked={chosen.value.includes(account)}
            onChange={(event) => {
              const others = chosen.value.filter((each) => each !== account);
              chosen.value = event.currentTarget.checked ? [...others, account] : others;
            }}
          />
          <Avatar account={account} size="small" pictureId={pictureId} />
          <Name name={name} />
        </label>
      ))}
    </fieldset>
  );
}
