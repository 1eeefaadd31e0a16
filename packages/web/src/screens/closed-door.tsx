/** Whole-page states in which there is no engine: why, and what to do next. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import type { TextKey } from "../i18n/catalogue.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Rich } from "../parts/rich.tsx";
import type { ClosedReason } from "../state/messenger-link.ts";
import s from "./closed-door.module.css";
import { Door } from "./door.tsx";

const TITLES: { readonly [R in ClosedReason]: TextKey } = {
  insecure: "door.insecure.title",
  unsupported: "door.unsupported.title",
  busy: "door.busy.title",
  wiped: "door.wiped.title",
  version: "door.version.title",
  unreachable: "door.unreachable.title",
  damaged: "door.damaged.title",
  failed: "door.failed.title",
};

const TEXTS: { readonly [R in ClosedReason]: TextKey } = {
  insecure: "door.insecure.text",
  unsupported: "door.unsupported.text",
  busy: "door.busy.text",
  wiped: "door.wiped.text",
  version: "door.version.text",
  unreachable: "door.unreachable.text",
  damaged: "door.damaged.text",
  failed: "door.failed.text",
};

/** The port of the page for peers where nobody changed it. */
const LOCAL_PAGE = "http://127.0.0.1:5481";

/** The three addresses under which a browser trusts the page. */
function WaysIn(): JSX.Element {
  return (
    <ol class={s.ways}>
      <li>
        <Rich text="door.insecure.here" places={{ address: <code dir="ltr">{LOCAL_PAGE}</code> }} />
      </li>
      <li>
        <Rich text="door.insecure.https" places={{ scheme: <code dir="ltr">https://</code> }} />
      </li>
      <li>
        <Rich
          text="door.insecure.tunnel"
          places={{
            command: <code dir="ltr">{`ssh -L 5481:127.0.0.1:5481 ${location.hostname}`}</code>,
            address: <code dir="ltr">{LOCAL_PAGE}</code>,
          }}
        />
      </li>
    </ol>
  );
}

function BeginAnew(): JSX.Element {
  const { link } = useMessenger();
  const text = useText();
  const isBusy = useSignal(false);
  return (
    <>
      <p>{text.say("door.wiped.words")}</p>
      <ButtonRow>
        <Button
          kind="primary"
          isBusy={isBusy.value}
          onClick={() => {
            isBusy.value = true;
            link.beginAnew?.();
          }}
        >
          {text.say("door.wiped.anew")}
        </Button>
      </ButtonRow>
    </>
  );
}

/** What a person can do about it. */
function NextStep({ reason }: { readonly reason: ClosedReason }): JSX.Element | null {
  const { link } = useMessenger();
  const text = useText();
  if (reason === "insecure") return <WaysIn />;
  if (reason === "unsupported") return null;
  if (reason === "wiped") return <BeginAnew />;
  if (reason === "version") {
    return (
      <ButtonRow>
        <Button kind="primary" onClick={() => location.reload()}>
          {text.say("door.reload")}
        </Button>
      </ButtonRow>
    );
  }
  return (
    <ButtonRow>
      <Button kind="primary" onClick={() => link.dial()}>
        {text.say("door.stopped.retry")}
      </Button>
    </ButtonRow>
  );
}

/** One state in words. */
export function ClosedDoor({ reason }: { readonly reason: ClosedReason }): JSX.Element {
  const text = useText();
  return (
    <Door title={text.say(TITLES[reason])} petals={reason === "busy" ? 4 : 8}>
      <p>{text.say(TEXTS[reason])}</p>
      <NextStep reason={reason} />
    </Door>
  );
}
