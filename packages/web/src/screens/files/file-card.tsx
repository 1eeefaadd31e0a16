/** A file in its bubble: what it is, where its bytes are, and what can be done about it. */
import type { FileInfo, Message } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import { plainName } from "../../i18n/bidi.ts";
import type { TextKey } from "../../i18n/catalogue.ts";
import type { Text } from "../../i18n/text.ts";
import { Icon } from "../../parts/icon.tsx";
import { nameMessage } from "../../state/message-name.ts";
import type { MessengerLink } from "../../state/messenger-link.ts";
import { VoicePlayer } from "../voice/voice-player.tsx";
import { percentText, sizeText } from "./bytes.ts";
import s from "./file-card.module.css";
import { ImageViewer } from "./image-viewer.tsx";
import { saveToDisk } from "./read-file.ts";

/** The largest file that is looked at here, in bytes. */
const MAX_VIEWED_BYTES = 32 * 1024 * 1024;

/** Where the bytes of a file are, in words. */
function fileStateText(file: FileInfo, isOwn: boolean, text: Text): string {
  const { parked } = file;
  if (isOwn && file.state === "offered" && parked !== undefined) {
    const key = parked.state === "none" ? PARK_REASONS[parked.reason ?? "unreachable"] : PARKED[parked.state];
    return text.say(key, { percent: percentText(parked.doneBytes, file.sizeBytes, text) });
  }
  const reason = file.reason ?? "asking";
  const words = (file.isCopy ? COPY_REASONS[reason] : undefined) ?? REASONS[reason];
  const key = (isOwn ? OWN_STATES[file.state] : undefined) ?? STATES[file.state] ?? words;
  return text.say(key, { percent: percentText(file.doneBytes, file.sizeBytes, text) });
}

type Parked = NonNullable<FileInfo["parked"]>;

const PARKED: { readonly [S in Exclude<Parked["state"], "none">]: TextKey } = {
  going: "file.parked.going",
  there: "file.parked.there",
};

/** Why no relay has it. */
const PARK_REASONS: { readonly [R in NonNullable<Parked["reason"]>]: TextKey } = {
  "no-relay": "file.parked.noRelay",
  "too-large": "file.parked.tooLarge",
  full: "file.parked.full",
  unreachable: "file.parked.unreachable",
};

type States = { readonly [S in FileInfo["state"]]?: TextKey };

const OWN_STATES: States = {
  offered: "file.own.offered",
  moving: "file.own.moving",
  complete: "file.own.complete",
  cancelled: "file.own.cancelled",
  removed: "file.own.removed",
  elsewhere: "file.own.elsewhere",
};

const STATES: States = {
  offered: "file.state.offered",
  moving: "file.state.moving",
  paused: "file.state.paused",
  complete: "file.state.complete",
  cancelled: "file.state.cancelled",
  removed: "file.state.removed",
  unusable: "file.unusable",
};

/** Of one that waits or has failed. */
const REASONS: { readonly [R in NonNullable<FileInfo["reason"]> | "asking"]: TextKey } = {
  asking: "file.waiting.asking",
  offline: "file.waiting.offline",
  "own-offline": "file.waiting.own",
  "damaged-there": "file.waiting.damaged",
  "paused-there": "file.waiting.paused",
  busy: "file.waiting.busy",
  gone: "file.failed.gone",
  changed: "file.failed.changed",
  damaged: "file.failed.damaged",
  disk: "file.failed.disk",
};

/** Of one that another own device sent, where these are other words. */
const COPY_REASONS: { readonly [R in keyof typeof REASONS]?: TextKey } = {
  asking: "file.waiting.askingOwn",
  "paused-there": "file.waiting.pausedOwn",
  gone: "file.failed.goneOwn",
};

type Action = "get" | "resume" | "pause" | "cancel" | "save" | "view";

const ACTION_WORDS: { readonly [A in Action]: TextKey } = {
  get: "file.do.get",
  resume: "file.do.resume",
  pause: "file.do.pause",
  cancel: "file.do.cancel",
  save: "file.do.save",
  view: "file.do.view",
};

/** What can be done about a file now, the main thing first. */
function actionsOf(file: FileInfo, isOwn: boolean): readonly Action[] {
  const isViewable = /^image\/(jpeg|png|gif|webp)$/.test(file.mediaType) && file.sizeBytes <= MAX_VIEWED_BYTES;
  switch (file.state) {
    case "offered":
      return isOwn ? ["pause", "cancel"] : ["get"];
    case "waiting":
    case "moving":
      return ["pause", "cancel"];
    case "paused":
      return ["resume", "cancel"];
    case "complete":
      return isOwn ? [] : isViewable ? ["view", "save"] : ["save"];
    case "cancelled":
    case "removed":
    case "failed":
      return isOwn ? [] : ["get"];
    case "elsewhere":
      return ["get"];
    case "unusable":
      return [];
  }
}

async function act(link: MessengerLink, message: Message, action: Action): Promise<void> {
  const name = nameMessage(message);
  if (action === "pause") await link.call("file.pause", name);
  else if (action === "cancel") await link.call("file.cancel", name);
  else if (action === "save") await saveToDisk(link, message, message.file?.name ?? "file");
  else await link.call("file.accept", name);
}

function Thumbnail({ message }: { readonly message: Message }): JSX.Element | null {
  const messenger = useMessenger();
  const text = useText();
  const jpeg = useSignal<string | null>(null);
  const { who, group, id } = nameMessage(message);
  useEffect(() => {
    const named = { who, id, ...(group === undefined ? {} : { group }) };
    void messenger.run(async () => {
      jpeg.value = (await messenger.link.call("file.preview", named)).jpeg;
    });
  }, [messenger, who, group, id, jpeg]);
  if (jpeg.value === null) return <div class={s.thumbnail} aria-hidden="true" />;
  return <img class={s.thumbnail} src={`data:image/jpeg;base64,${jpeg.value}`} alt={text.say("file.previewAlt")} />;
}

function Progress({ file }: { readonly file: FileInfo }): JSX.Element | null {
  const text = useText();
  if (!["moving", "waiting", "paused"].includes(file.state)) return null;
  return (
    <progress
      class={s.progress}
      max={file.sizeBytes}
      value={file.doneBytes}
      aria-label={text.say("file.progress", { name: plainName(file.name) })}
    />
  );
}

function Head({ file, name }: { readonly file: FileInfo; readonly name: string }): JSX.Element {
  const text = useText();
  return (
    <p class={s.head}>
      {file.hasPreview ? null : <Icon name="file" />}
      <span class={s.lines}>
        <bdi class={s.name}>{name === "" ? text.say("file.nameless") : name}</bdi>
        {file.state === "unusable" ? null : <span class={s.size}>{sizeText(file.sizeBytes, text)}</span>}
      </span>
    </p>
  );
}

/** A voice message says by its player that it is here, or that it comes when it is played. */
function isQuiet({ voice, state }: FileInfo, isOwn: boolean): boolean {
  return voice !== undefined && (state === "complete" || (!isOwn && state === "offered"));
}

/** Where the bytes of a file are, and what can be done about it. @param props.onView shows it, where it can be. */
export function FileParts(props: {
  readonly message: Message;
  readonly file: FileInfo;
  readonly onView?: () => void;
}): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const isBusy = useSignal(false);
  const { message, file, onView } = props;
  const name = plainName(file.name);
  const isOwn = message.isOwn && file.isCopy !== true;
  const actions = actionsOf(file, isOwn).filter((action) => file.voice === undefined || action !== "get");
  const run = (action: Action): void => {
    if (action === "view") {
      onView?.();
      return;
    }
    isBusy.value = true;
    void messenger
      .run(() => act(messenger.link, message, action))
      .finally(() => {
        isBusy.value = false;
      });
  };
  return (
    <>
      <Progress file={file} />
      {isQuiet(file, isOwn) ? null : <p class={s.state}>{fileStateText(file, isOwn, text)}</p>}
      <div class={s.actions}>
        {actions.map((action) => (
          <button key={action} type="button" aria-disabled={isBusy.value} onClick={() => isBusy.peek() || run(action)}>
            {text.say(ACTION_WORDS[action])}
            <span class="spoken"> {name}</span>
          </button>
        ))}
      </div>
    </>
  );
}

/** The card of one file. */
export function FileCard({ message, file }: { readonly message: Message; readonly file: FileInfo }): JSX.Element {
  const isViewing = useSignal(false);
  const name = plainName(file.name);
  return (
    <div class={s.card}>
      {file.hasPreview ? <Thumbnail message={message} /> : null}
      {file.voice === undefined ? (
        <Head file={file} name={name} />
      ) : (
        <VoicePlayer message={message} voice={file.voice} />
      )}
      <FileParts
        message={message}
        file={file}
        onView={() => {
          isViewing.value = true;
        }}
      />
      {isViewing.value ? (
        <ImageViewer
          message={message}
          name={name}
          onClose={() => {
            isViewing.value = false;
          }}
        />
      ) : null}
    </div>
  );
}
