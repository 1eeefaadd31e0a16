/** The way to the groups, above the conversations, as soon as there is one. */
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import s from "./chat-list.module.css";
import { askersOf } from "./groups/askers.ts";

/** How many groups ask for attention: invitations, those where something was said, and those that somebody asks into. */
export function GroupsLine(): JSX.Element | null {
  const { groups, router } = useMessenger();
  const text = useText();
  const open = groups.list.value.filter(({ standing }) => standing !== "gone");
  if (open.length === 0 && groups.knocks.value.length === 0) return null;
  const news = open.filter((each) => each.standing === "invited" || each.unread > 0 || askersOf(each) > 0).length;
  const { name } = router.route.value;
  const isCurrent = name === "groups" || name === "group" || name === "members";
  return (
    <a class={s.groups} href="#/groups" aria-current={isCurrent ? "page" : undefined}>
      {text.say("groups.title")}
      {news === 0 ? null : (
        <>
          <b class={s.news} aria-hidden="true">
            {text.number(news)}
          </b>
          <span class="spoken">{text.count("groups.news", news)}</span>
        </>
      )}
    </a>
  );
}
