/** What the system shows of messages that come while nobody looks. */
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Choice } from "../parts/choice.tsx";
import { Section } from "../parts/pane.tsx";
import type { NoticeContent } from "../state/notices.ts";

/** The choice, and what stands in its way. */
export function NoticesSection(): JSX.Element {
  const { notices } = useMessenger();
  const text = useText();
  const obstacle = notices.obstacle.value;
  const options: readonly { readonly value: NoticeContent; readonly label: string }[] = [
    { value: "nothing", label: text.say("notices.nothing") },
    { value: "name", label: text.say("notices.name") },
    { value: "text", label: text.say("notices.text") },
  ];
  return (
    <Section title={text.say("notices.title")}>
      <Choice
        label={text.say("notices.label")}
        value={notices.content.value}
        options={options}
        onChange={(content) => void notices.choose(content)}
      />
      {obstacle === null ? null : (
        <p role="alert">{text.say(obstacle === "denied" ? "notices.denied" : "notices.unsupported")}</p>
      )}
      <p>{text.say("notices.help")}</p>
      <p>{text.say("notices.call")}</p>
    </Section>
  );
}
