/** Two people before a name that is a group's. */
import type { JSX } from "preact";
import { useText } from "../app/context.ts";
import s from "./group-mark.module.css";
import { PathIcon } from "./icon.tsx";

const PEOPLE =
  "M9 5.500a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM3.500 18.500a5.500 5.500 0 0 1 11 0M16 6.200a2.700 2.700 0 0 1 0 5.200M17 14a5 5 0 0 1 3.500 4.500";

/** The drawing, and the word for who does not see it. */
export function GroupMark(): JSX.Element {
  const text = useText();
  return (
    <span class={s.mark}>
      <PathIcon path={PEOPLE} />
      <span class="spoken">{text.say("found.group")} </span>
    </span>
  );
}
