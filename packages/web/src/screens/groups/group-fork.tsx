/** A group that members changed side by side: what each of them did, and whom they see in it until that is joined. */
import type { GroupInfo } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useText } from "../../app/context.ts";
import { changeText, memberName } from "./group-words.ts";
import s from "./groups.module.css";

/** Nothing while there is one newest change. */
export function GroupFork({ group }: { readonly group: GroupInfo }): JSX.Element | null {
  const text = useText();
  if (!group.isForked) return null;
  return (
    <div class={s.fork} role="status">
      <p>{text.say("groups.forked")}</p>
      <ul>
        {(group.branches ?? []).map(({ by, change, members }) => (
          <li key={`${by.account} ${change.type} ${members.length}`} dir="auto">
            {text.say("groups.branch", {
              change: changeText(text, by, change),
              members: text.list(members.map((each) => memberName(text, each))),
            })}
          </li>
        ))}
      </ul>
    </div>
  );
}
