/** The three ways to meet someone: their handle, their invite, my invite. */
import type { JSX } from "preact";
import { useText } from "../app/context.ts";
import type { NewWay } from "../app/route.ts";
import type { TextKey } from "../i18n/catalogue.ts";
import { Pane } from "../parts/pane.tsx";
import { HandleWay } from "./handle-way.tsx";
import { InviteWay } from "./invite-way.tsx";
import { MineWay } from "./mine-way.tsx";
import s from "./new-chat.module.css";

const WAYS: readonly (readonly [NewWay, TextKey])[] = [
  ["handle", "new.handle"],
  ["invite", "new.invite"],
  ["mine", "new.mine"],
];

/** One of the ways, and links to the others. */
export function NewChat({ way }: { readonly way: NewWay }): JSX.Element {
  const text = useText();
  return (
    <Pane title={text.say("new.title")}>
      <nav class={s.ways} aria-label={text.say("new.ways")}>
        {WAYS.map(([name, label]) => (
          <a key={name} href={`#/new/${name}`} aria-current={name === way ? "page" : undefined}>
            {text.say(label)}
          </a>
        ))}
      </nav>
      {way === "handle" ? <HandleWay /> : null}
      {way === "invite" ? <InviteWay /> : null}
      {way === "mine" ? <MineWay /> : null}
      <p>
        <a href="#/groups">{text.say("groups.way")}</a>
      </p>
    </Pane>
  );
}
