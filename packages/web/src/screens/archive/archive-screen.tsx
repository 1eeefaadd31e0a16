/** The X archive: imported here, shown as what it is, and removed again. */
import type { ArchiveInfo, ArchiveList, ArchiveThread } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import type { TextKey } from "../../i18n/catalogue.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { ConfirmDialog } from "../../parts/dialog.tsx";
import { Handle } from "../../parts/name.tsx";
import { Pane, Section } from "../../parts/pane.tsx";
import s from "./archive.module.css";
import { dayText, threadTitle } from "./archive-words.ts";
import { ImportPanel } from "./import-panel.tsx";
import { PeopleView } from "./people-view.tsx";
import { ThreadsView, ThreadView } from "./threads-view.tsx";

/** What is on show. */
type Place =
  | { readonly kind: "summary" }
  | { readonly kind: "people"; readonly list: ArchiveList }
  | { readonly kind: "threads" }
  | { readonly kind: "thread"; readonly thread: ArchiveThread };

const LISTS: readonly ArchiveList[] = ["following", "followers", "blocked", "muted"];
const LIST_WORDS: { readonly [L in ArchiveList]: TextKey } = {
  following: "archive.following",
  followers: "archive.followers",
  blocked: "archive.blocked",
  muted: "archive.muted",
};

function OwnerFacts({ archive }: { readonly archive: ArchiveInfo }): JSX.Element {
  const text = useText();
  const { owner, madeAtMs, formerHandles } = archive;
  return (
    <>
      <p class={s.owner}>
        <Handle handle={owner.handle} />
      </p>
      <p class={s.small}>{text.say("archive.id", { id: owner.accountId })}</p>
      {madeAtMs === undefined ? null : (
        <p class={s.small}>{text.say("archive.made", { day: dayText(madeAtMs, text) })}</p>
      )}
      {formerHandles.length === 0 ? null : (
        <p class={s.small}>
          {text.say("archive.former", { handles: formerHandles.map(({ handle }) => `@${handle}`).join(", ") })}
        </p>
      )}
      <p class={s.mark} role="note">
        {text.say("archive.unsigned")}
      </p>
    </>
  );
}

function RemoveArchive({ onRemoved }: { readonly onRemoved: () => void }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const isAsking = useSignal(false);
  const remove = async (): Promise<void> => {
    isAsking.value = false;
    if (await messenger.run(() => messenger.link.call("archive.remove", {}))) onRemoved();
  };
  return (
    <>
      <ButtonRow>
        <Button
          kind="danger"
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {text.say("archive.remove")}
        </Button>
      </ButtonRow>
      {isAsking.value ? (
        <ConfirmDialog
          title={text.say("archive.removeTitle")}
          text={text.say("archive.removeText")}
          action={text.say("archive.remove")}
          onConfirm={() => void remove()}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      ) : null}
    </>
  );
}

function Summary(props: {
  readonly archive: ArchiveInfo;
  readonly place: Signal<Place>;
  readonly onRemoved: () => void;
}): JSX.Element {
  const text = useText();
  const { archive, place } = props;
  const { counts } = archive;
  const go = (to: Place) => (): void => {
    place.value = to;
  };
  return (
    <>
      <OwnerFacts archive={archive} />
      <Section title={text.say("archive.people")}>
        <p>{text.count("archive.named", counts.named)}</p>
        <ButtonRow>
          {LISTS.filter((list) => counts[list] > 0).map((list) => (
            <Button key={list} onClick={go({ kind: "people", list })}>
              {text.say(LIST_WORDS[list])} · {text.number(counts[list])}
            </Button>
          ))}
        </ButtonRow>
      </Section>
      <Section title={text.say("archive.threads")}>
        <p>{text.count("archive.messages", counts.messages)}</p>
        {counts.messages === 0 ? null : (
          <ButtonRow>
            <Button onClick={go({ kind: "threads" })}>{text.say("archive.openThreads")}</Button>
          </ButtonRow>
        )}
      </Section>
      <RemoveArchive onRemoved={props.onRemoved} />
    </>
  );
}

function Inside({
  archive,
  place,
}: {
  readonly archive: ArchiveInfo;
  readonly place: Signal<Place>;
}): JSX.Element | null {
  const shown = place.value;
  const { accountId } = archive.owner;
  if (shown.kind === "people") return <PeopleView list={shown.list} />;
  if (shown.kind === "thread") return <ThreadView thread={shown.thread} />;
  const open = (thread: ArchiveThread): void => {
    place.value = { kind: "thread", thread };
  };
  return shown.kind === "threads" ? <ThreadsView ownId={accountId} onThread={open} /> : null;
}

function useTitle(place: Place, archive: ArchiveInfo | null): string {
  const text = useText();
  if (place.kind === "people") return text.say(LIST_WORDS[place.list]);
  if (place.kind === "threads") return text.say("archive.threads");
  if (place.kind === "thread") return threadTitle(place.thread, archive?.owner.accountId ?? "", text);
  return text.say("archive.title");
}

/** The screen. */
export function ArchiveScreen(): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const archive = useSignal<ArchiveInfo | null | undefined>(undefined);
  const place = useSignal<Place>({ kind: "summary" });
  useEffect(() => {
    void messenger.run(async () => {
      archive.value = (await messenger.link.call("archive.get", {})).archive;
    });
  }, [messenger, archive]);
  const shown = place.value;
  useEffect(() => {
    if (archive.peek() !== undefined) document.querySelector<HTMLElement>("[data-pane] [data-heading]")?.focus();
  }, [shown, archive]);
  const known = archive.value;
  const title = useTitle(shown, known ?? null);
  return (
    <Pane title={title} back="#/settings">
      {shown.kind === "summary" ? null : (
        <ButtonRow>
          <Button
            kind="quiet"
            onClick={() => {
              place.value = shown.kind === "thread" ? { kind: "threads" } : { kind: "summary" };
            }}
          >
            {text.say("archive.back")}
          </Button>
        </ButtonRow>
      )}
      {known === undefined ? <div aria-busy="true" /> : null}
      {known === null ? (
        <ImportPanel
          onDone={(imported) => {
            archive.value = imported;
          }}
        />
      ) : null}
      {known ? (
        shown.kind === "summary" ? (
          <Summary
            archive={known}
            place={place}
            onRemoved={() => {
              archive.value = null;
            }}
          />
        ) : (
          <Inside archive={known} place={place} />
        )
      ) : null}
    </Pane>
  );
}
