/** Whole-page states before there is anything to show: what is the matter, and what to do. */
import type { ComponentChildren, JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import type { TextKey } from "../i18n/catalogue.ts";
import { Avatar } from "../parts/avatar.tsx";
import { Button, ButtonRow } from "../parts/button.tsx";
import { LanguageLinks } from "../parts/language-links.tsx";
import { Rich } from "../parts/rich.tsx";
import s from "./door.module.css";

/** One column in the middle of the page. */
export function Door(props: {
  readonly title: string;
  readonly petals?: number;
  readonly seed?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <main class={s.door}>
      <div class={s.column}>
        <Avatar account={props.seed ?? "kith"} size="large" petals={props.petals ?? 8} />
        <h1 tabIndex={-1} data-heading="">
          {props.title}
        </h1>
        {props.children}
      </div>
      <LanguageLinks />
    </main>
  );
}

/** The node is asked for the first time. */
export function ConnectingDoor(): JSX.Element {
  const text = useText();
  return (
    <main class={s.quiet} aria-busy="true">
      <h1 class={s.later}>{text.say("door.connecting")}</h1>
    </main>
  );
}

/** The node does not answer and never did since the page was opened. */
export function StoppedDoor(): JSX.Element {
  const { link } = useMessenger();
  const text = useText();
  return (
    <Door title={text.say("door.stopped.title")}>
      <p>
        <Rich text="door.stopped.text" places={{ command: <code>npm start</code> }} />
      </p>
      <ButtonRow>
        <Button kind="primary" onClick={() => link.dial()}>
          {text.say("door.stopped.retry")}
        </Button>
      </ButtonRow>
    </Door>
  );
}

/** The browser has no token, or one that the node does not know. */
export function TokenDoor({ hadToken }: { readonly hadToken: boolean }): JSX.Element {
  const text = useText();
  const reason: TextKey = hadToken ? "door.token.wrong" : "door.token.none";
  return (
    <Door title={text.say("door.token.title")} petals={4}>
      <p>{text.say(reason)}</p>
      <p>
        <Rich
          text="door.token.how"
          places={{ start: <code>npm start</code>, page: <code>npm run kith -- page</code> }}
        />
      </p>
    </Door>
  );
}
