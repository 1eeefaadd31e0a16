/** Groups that were asked by a link, and how each stands. */
import type { GroupKnockInfo } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { Section } from "../../parts/pane.tsx";
import { groupName, memberName } from "./group-words.ts";
import s from "./groups.module.css";

function Knock({ knock }: { readonly knock: GroupKnockInfo }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const isOpen = knock.state === "asking" || knock.state === "waiting";
  const name = groupName(text, knock);
  const giveUp = (): void =>
    void messenger.run(async () => {
      await messenger.link.call("group.giveUp", { group: knock.group });
      await messenger.groups.loadKnocks();
    });
  return (
    <div class={s.card}>
      <p role="status">
        <b dir="auto">{name}</b>
        <br />
        {text.say(`knock.${knock.state}`, { name: memberName(text, knock.host) })}
      </p>
      <ButtonRow>
        <Button onClick={giveUp}>
          {text.say(isOpen ? "knock.giveUp" : "knock.dismiss")}
          <span class="spoken"> {name}</span>
        </Button>
      </ButtonRow>
    </div>
  );
}

/** Nothing where nothing was asked. */
export function KnocksSection(): JSX.Element | null {
  const { groups } = useMessenger();
  const text = useText();
  const knocks = groups.knocks.value;
  if (knocks.length === 0) return null;
  return (
    <Section title={text.say("knock.title")}>
      {knocks.map((knock) => (
        <Knock key={knock.group} knock={knock} />
      ))}
    </Section>
  );
}
