/** What goes from this device, chosen and confirmed in one place; there is no way back. */
import { MessengerError } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { plainName } from "../../i18n/bidi.ts";
import type { TextKey } from "../../i18n/catalogue.ts";
import type { Text } from "../../i18n/text.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { Choice } from "../../parts/choice.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import type { MessengerLink } from "../../state/messenger-link.ts";
import { sizeText } from "../files/bytes.ts";
import type { RoomPlace } from "./measure-chats.ts";
import s from "./room.module.css";

/** Which chat or group; all of them without one. */
export interface CleanTarget {
  readonly place: RoomPlace;
  readonly name: string;
}

type What = "month" | "quarter" | "year" | "files" | "history";

const DAY_MS = 24 * 3600 * 1000;
const AGES_MS: { readonly [W in What]?: number } = { month: 30 * DAY_MS, quarter: 90 * DAY_MS, year: 365 * DAY_MS };

const WORDS: { readonly [W in What]: TextKey } = {
  month: "room.olderMonth",
  quarter: "room.olderQuarter",
  year: "room.olderYear",
  files: "room.allFiles",
  history: "room.history",
};

function choicesOf(target: CleanTarget | null): readonly What[] {
  const files: readonly What[] = ["month", "quarter", "year", "files"];
  return target === null ? files : [...files, "history"];
}

/** Does it, in as many calls as it takes. @returns what went. */
async function clean(link: MessengerLink, target: CleanTarget | null, what: What): Promise<{ bytes: number } | null> {
  if (what === "history") {
    if (target !== null) await link.call("storage.clearChat", target.place);
    return null;
  }
  const olderThanMs = AGES_MS[what];
  let bytes = 0;
  for (let isDone = false; !isDone; ) {
    const removed = await link.call("storage.removeFiles", {
      ...target?.place,
      ...(olderThanMs === undefined ? {} : { olderThanMs }),
    });
    bytes += removed.bytes;
    isDone = removed.isDone;
  }
  return { bytes };
}

function titleOf(text: Text, target: CleanTarget | null): string {
  if (target === null) return text.say("room.cleanAll");
  const name = plainName(target.name);
  return text.say("group" in target.place ? "room.cleanGroup" : "room.cleanTitle", { name });
}

/** What the choice means, before it is made. */
function meaningOf(target: CleanTarget | null, what: What): TextKey {
  if (what !== "history") return "room.filesText";
  return target !== null && "group" in target.place ? "room.groupHistoryText" : "room.historyText";
}

/** Asks, does it and tells. */
export function CleanDialog(props: {
  readonly target: CleanTarget | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const { target } = props;
  const what = useSignal<What>("quarter");
  const isBusy = useSignal(false);
  const error = useSignal<string | null>(null);
  const name = plainName(target?.name ?? "");
  const run = async (): Promise<void> => {
    isBusy.value = true;
    try {
      const gone = await clean(messenger.link, target, what.value);
      messenger.toasts.tell(
        gone === null
          ? text.say(target !== null && "group" in target.place ? "room.groupCleared" : "room.cleared", { name })
          : text.say("room.freed", { size: sizeText(gone.bytes, text) }),
      );
      props.onDone();
    } catch (failure) {
      if (!(failure instanceof MessengerError)) throw failure;
      error.value = messenger.errorText(failure);
      isBusy.value = false;
    }
  };
  return (
    <Dialog title={titleOf(text, target)} onClose={props.onClose}>
      <Choice
        label={text.say("room.what")}
        value={what.value}
        options={choicesOf(target).map((value) => ({ value, label: text.say(WORDS[value]) }))}
        onChange={(value) => {
          what.value = value;
        }}
      />
      <p aria-live="polite">{text.say(meaningOf(target, what.value), { name })}</p>
      <p class={s.strong}>{text.say("room.noWayBack")}</p>
      {error.value === null ? null : (
        <p class={s.error} role="alert">
          {error.value}
        </p>
      )}
      <ButtonRow>
        <Button kind="danger" isBusy={isBusy.value} onClick={() => void run()}>
          {text.say("room.remove")}
        </Button>
        <Button isFocused onClick={props.onClose}>
          {text.say("common.cancel")}
        </Button>
      </ButtonRow>
    </Dialog>
  );
}
