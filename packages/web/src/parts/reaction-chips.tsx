/** Reactions below a bubble: one button an emoji, pressed where the own one is among them. */
import type { GroupPerson, Reaction } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useText } from "../app/context.ts";
import { plainName } from "../i18n/bidi.ts";
import type { Text } from "../i18n/text.ts";
import s from "./reaction-chips.module.css";

/** Everybody who gave one emoji. */
interface Group {
  readonly emoji: string;
  readonly isOwn: boolean;
  readonly names: readonly string[];
}

function groupsOf(reactions: readonly Reaction[], text: Text, name: string): readonly Group[] {
  const groups = new Map<string, Group>();
  const nameOf = (each: Reaction): string => {
    if (each.isOwn) return text.say("chat.you");
    return plainName("person" in each ? (each as { readonly person: GroupPerson }).person.name : name);
  };
  for (const reaction of reactions) {
    const { emoji, isOwn } = reaction;
    const before = groups.get(emoji) ?? { emoji, isOwn: false, names: [] };
    groups.set(emoji, { emoji, isOwn: before.isOwn || isOwn, names: [...before.names, nameOf(reaction)] });
  }
  return [...groups.values()];
}

/** The reactions in words, for screen readers. */
export function reactionWords(reactions: readonly Reaction[], text: Text, name: string): readonly string[] {
  return groupsOf(reactions, text, name).map(({ emoji, names }) =>
    text.say("reaction.from", { emoji, names: text.list(names) }),
  );
}

/** The buttons; pressing one gives or takes back the own reaction. */
export function ReactionChips(props: {
  readonly reactions: readonly Reaction[];
  readonly name: string;
  readonly isInOrder: boolean;
  readonly onToggle: ((emoji: string) => void) | null;
}): JSX.Element {
  const text = useText();
  return (
    <div class={s.chips}>
      {groupsOf(props.reactions, text, props.name).map(({ emoji, isOwn, names }) => {
        const label = text.say("reaction.from", { emoji, names: text.list(names) });
        return (
          <button
            key={emoji}
            type="button"
            class={s.chip}
            aria-pressed={isOwn}
            title={label}
            disabled={props.onToggle === null}
            tabIndex={props.isInOrder ? 0 : -1}
            onClick={() => props.onToggle?.(emoji)}
          >
            <span class="spoken">{label}</span>
            <span aria-hidden="true">
              {emoji}
              {names.length > 1 ? <small>{text.number(names.length)}</small> : null}
            </span>
          </button>
        );
      })}
    </div>
  );
}
