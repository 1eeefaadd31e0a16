/** How far an own message to a group got. */
import type { GroupMessageInfo } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useText } from "../../app/context.ts";
import { memberName, stateText } from "./group-words.ts";
import s from "./groups.module.css";

/** How far an own message got, with each member where somebody asks. */
export function Delivery({ message }: { readonly message: GroupMessageInfo }): JSX.Element | null {
  const text = useText();
  const { deliveries = [], state } = message;
  if (deliveries.length === 0) return null;
  return (
    <details class={s.delivery}>
      <summary>{stateText(text, state)}</summary>
      <ul>
        {deliveries.map(({ person, state: own }) => (
          <li key={person.account}>
            <bdi>{memberName(text, person)}</bdi>: {stateText(text, own)}
          </li>
        ))}
      </ul>
    </details>
  );
}
