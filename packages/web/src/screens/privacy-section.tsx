/** Who learns what, in the words of a person. */
import type { JSX } from "preact";
import { useText } from "../app/context.ts";
import type { TextKey } from "../i18n/catalogue.ts";
import { Section } from "../parts/pane.tsx";
import s from "./settings.module.css";

const FACTS: readonly (readonly [TextKey, TextKey])[] = [
  ["privacy.relays", "privacy.relaysText"],
  ["privacy.contacts", "privacy.contactsText"],
  ["privacy.handle", "privacy.handleText"],
  ["privacy.site", "privacy.siteText"],
];

/** A short list; nothing in it can be switched, all of it is how the network works. */
export function PrivacySection(): JSX.Element {
  const text = useText();
  return (
    <Section title={text.say("privacy.title")}>
      <dl class={s.privacy}>
        {FACTS.map(([title, fact]) => (
          <div key={title}>
            <dt>{text.say(title)}</dt>
            <dd>{text.say(fact)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
