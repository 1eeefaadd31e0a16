/** One list of people of an X archive, and who of them is on Kith: asked only when the person asks, one by one or all. */
import { type ArchiveList, type ArchivePerson, type LookupResult, MessengerError } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { ConfirmDialog } from "../../parts/dialog.tsx";
import s from "./archive.module.css";
import { personText } from "./archive-words.ts";

type Answers = ReadonlyMap<string, LookupResult>;

function answerText(result: LookupResult, say: ReturnType<typeof useText>["say"]): string {
  if (result.candidates.length > 1) return say("archive.several");
  if (result.candidates.length === 1) return say("archive.claimed");
  return say(result.asked === 0 ? "archive.nobodyToAsk" : "archive.notFound");
}

function Answer({ result }: { readonly result: LookupResult }): JSX.Element {
  const text = useText();
  const { router, sought } = useMessenger();
  const words = answerText(result, (key) => text.say(key));
  if (result.candidates.length === 0) return <span class={s.small}>{words}</span>;
  return (
    <span class={s.found}>
      <span>{words}</span>
      <Button
        onClick={() => {
          sought.value = result.handle;
          router.go({ name: "new", way: "handle" });
        }}
      >
        {text.say("archive.ask")}
      </Button>
    </span>
  );
}

/** Asks about handles in turn; each answer shows as it comes. */
function useLookUp(answers: Signal<Answers>): { readonly isBusy: boolean; ask(handles: readonly string[]): void } {
  const messenger = useMessenger();
  const isBusy = useSignal(false);
  const isGone = useRef(false);
  useEffect(
    () => () => {
      isGone.current = true;
    },
    [],
  );
  const ask = async (handles: readonly string[]): Promise<void> => {
    if (isBusy.peek()) return;
    isBusy.value = true;
    try {
      for (const handle of handles) {
        if (isGone.current) return;
        const result = await messenger.link.call("directory.lookup", { handle });
        answers.value = new Map([...answers.peek(), [handle, result]]);
      }
    } catch (error) {
      if (!(error instanceof MessengerError)) throw error;
      messenger.report(error);
    } finally {
      isBusy.value = false;
    }
  };
  return { isBusy: isBusy.value, ask: (handles) => void ask(handles) };
}

function PersonRow(props: {
  readonly person: ArchivePerson;
  readonly result: LookupResult | undefined;
  readonly isBusy: boolean;
  readonly onAsk: (handle: string) => void;
}): JSX.Element {
  const text = useText();
  const { person, result } = props;
  const { handle } = person;
  const name = personText(person, text);
  return (
    <li class={s.row}>
      <bdi class={handle === undefined ? s.small : s.name}>{name}</bdi>
      {result === undefined ? null : <Answer result={result} />}
      {result === undefined && handle !== undefined ? (
        <Button isDisabled={props.isBusy} onClick={() => props.onAsk(handle)}>
          {text.say("archive.lookUp")}
          <span class="spoken"> {name}</span>
        </Button>
      ) : null}
    </li>
  );
}

/** Asks about everybody on show, once it was said what that tells. */
function LookUpAll(props: {
  readonly handles: readonly string[];
  readonly isBusy: boolean;
  readonly onAsk: (handles: readonly string[]) => void;
}): JSX.Element | null {
  const text = useText();
  const isAsking = useSignal(false);
  const { handles } = props;
  if (handles.length === 0) return null;
  const close = (): void => {
    isAsking.value = false;
  };
  return (
    <>
      <ButtonRow>
        <Button
          isBusy={props.isBusy}
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {text.count("archive.lookUpAll", handles.length)}
        </Button>
      </ButtonRow>
      {isAsking.value ? (
        <ConfirmDialog
          title={text.count("archive.lookUpAll", handles.length)}
          text={text.say("archive.lookUpConfirm")}
          action={text.say("archive.lookUp")}
          onConfirm={() => {
            close();
            props.onAsk(handles);
          }}
          onClose={close}
        />
      ) : null}
    </>
  );
}

/** The list, page by page. */
export function PeopleView({ list }: { readonly list: ArchiveList }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const people = useSignal<readonly ArchivePerson[]>([]);
  const next = useSignal<string | null>("");
  const answers = useSignal<Answers>(new Map());
  const { isBusy, ask } = useLookUp(answers);
  const more = async (): Promise<void> => {
    const after = next.peek() ?? "";
    const page = await messenger.link.call("archive.people", { list, ...(after === "" ? {} : { after }) });
    people.value = [...people.peek(), ...page.people];
    next.value = page.next ?? null;
  };
  useEffect(() => void messenger.run(more), [list]);
  const open = people.value.flatMap(({ handle }) => (handle !== undefined && !answers.value.has(handle) ? handle : []));
  return (
    <div class={s.stack}>
      <p>{text.say("archive.lookUpText")}</p>
      <LookUpAll handles={open} isBusy={isBusy} onAsk={ask} />
      <ul class={s.list}>
        {people.value.map((person) => (
          <PersonRow
            key={person.id}
            person={person}
            result={person.handle === undefined ? undefined : answers.value.get(person.handle)}
            isBusy={isBusy}
            onAsk={(handle) => ask([handle])}
          />
        ))}
      </ul>
      {next.value === null ? null : (
        <ButtonRow>
          <Button onClick={() => void messenger.run(more)}>{text.say("archive.more")}</Button>
        </ButtonRow>
      )}
    </div>
  );
}
