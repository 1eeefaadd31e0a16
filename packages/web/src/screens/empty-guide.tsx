/** What a newcomer sees instead of a list: the ways to meet someone. */
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import type { TextKey } from "../i18n/catalogue.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Rich } from "../parts/rich.tsx";
import s from "./empty-guide.module.css";
import { TryYourself } from "./try-yourself.tsx";

const WAYS: readonly { href: string; icon: IconName; title: TextKey; text: TextKey }[] = [
  { href: "#/new/handle", icon: "at", title: "empty.handle", text: "empty.handleText" },
  { href: "#/new/invite", icon: "link", title: "empty.invite", text: "empty.inviteText" },
  { href: "#/new/mine", icon: "code", title: "empty.mine", text: "empty.mineText" },
];

/** The three ways, and Echo for those who are alone. */
export function EmptyGuide(): JSX.Element {
  const { isPeer } = useMessenger();
  const text = useText();
  return (
    <div class={s.guide}>
      <h2>{text.say("empty.title")}</h2>
      <p>{text.say("empty.text")}</p>
      <ul>
        {WAYS.map((way) => (
          <li key={way.href}>
            <a href={way.href}>
              <span class={s.icon}>
                <Icon name={way.icon} />
              </span>
              <span>
                <b>{text.say(way.title)}</b>
                <span class={s.text}>{text.say(way.text)}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
      {isPeer ? null : (
        <>
          <TryYourself />
          <p>
            <Rich text="empty.echo" places={{ command: <code>npm run kith -- echo</code> }} />
          </p>
        </>
      )}
    </div>
  );
}
