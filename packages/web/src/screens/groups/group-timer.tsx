/** How long messages of a group live; its admins set it. */
import type { GroupInfo } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { Section } from "../../parts/pane.tsx";
import { TimerChoice } from "../timer-choice.tsx";

/** The timer of a group. */
export function GroupTimer({ group }: { readonly group: GroupInfo }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const set = (afterMs: number | null): void =>
    void messenger.run(async () => {
      const life = afterMs === null ? {} : { afterMs };
      await messenger.link.call("group.setTimer", { group: group.group, ...life });
      await messenger.groups.load();
    });
  return (
    <Section title={text.say("timer.title")}>
      <TimerChoice label={text.say("timer.label")} afterMs={group.vanishAfterMs} onSet={set} />
      <p>{text.say("groups.timerHelp")}</p>
    </Section>
  );
}
