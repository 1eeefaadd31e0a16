/** Scanning a code: by camera, or from a picture that is chosen or pasted. The camera is off as soon as this is gone. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useText } from "../app/context.ts";
import type { TextKey } from "../i18n/catalogue.ts";
import { Button, ButtonRow } from "./button.tsx";
import { type CameraFault, closeCamera, looksAway, openCamera } from "./camera.ts";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icon.tsx";
import { QrReader } from "./qr-reader.ts";
import s from "./qr-scanner.module.css";

/** Time from one frame to the next, in ms: fast enough to feel immediate, slow enough to leave the page its time. */
const FRAME_EVERY_MS = 120;

type CameraState = "asking" | "on" | CameraFault;

interface Scan {
  /** Takes what was read: null when it is what was wanted, else the words for why it is not. */
  readonly onRead: (scanned: string) => string | null;
  /** What is said meanwhile. */
  readonly note: Signal<string>;
}

/** Shows the camera in `video` and reads its frames while this is drawn and the page can be seen. */
function useCamera(video: RefObject<HTMLVideoElement | null>, reader: QrReader, scan: Scan): Signal<CameraState> {
  const state = useSignal<CameraState>("asking");
  const latest = useRef(scan);
  latest.current = scan;
  useEffect(() => {
    let stream: MediaStream | null = null;
    let isGone = false;
    const stop = (): void => {
      if (stream !== null) closeCamera(stream);
      stream = null;
    };
    const start = async (): Promise<void> => {
      const opening = await openCamera();
      if (!opening.ok) {
        state.value = opening.fault;
        return;
      }
      // The dialog may have been closed while the browser asked.
      if (isGone || video.current === null || document.visibilityState !== "visible")
        return closeCamera(opening.stream);
      stop();
      stream = opening.stream;
      video.current.srcObject = stream;
      video.current.toggleAttribute("data-mirrored", !looksAway(stream));
      state.value = "on";
    };
    const follow = (): void => {
      if (document.visibilityState !== "visible") stop();
      else if (stream === null) void start();
    };
    const timer = setInterval(() => {
      const scanned = stream === null || video.current === null ? null : reader.readFrame(video.current);
      if (scanned !== null) latest.current.note.value = latest.current.onRead(scanned) ?? "";
    }, FRAME_EVERY_MS);
    document.addEventListener("visibilitychange", follow);
    void start();
    return () => {
      isGone = true;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", follow);
      stop();
    };
  }, [reader, state, video]);
  return state;
}

/** A picture from the clipboard or a file, instead of the camera. */
function usePictures(reader: QrReader, scan: Scan, noCode: string): (file: Blob | null | undefined) => Promise<void> {
  const read = async (file: Blob | null | undefined): Promise<void> => {
    if (file == null) return;
    const scanned = await reader.readFile(file);
    scan.note.value = scanned === null ? noCode : (scan.onRead(scanned) ?? "");
  };
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
      if (file !== undefined) void latest.current(file);
    };
    document.addEventListener("paste", paste);
    return () => document.removeEventListener("paste", paste);
  }, []);
  return read;
}

function Picture(props: {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly state: CameraState;
}): JSX.Element {
  const text = useText();
  const { state } = props;
  const isFault = state !== "asking" && state !== "on";
  return (
    <div class={s.picture}>
      <video
        ref={props.video}
        class={s.video}
        hidden={state !== "on"}
        autoplay
        muted
        playsInline
        aria-label={text.say("scan.hint")}
      />
      {state === "on" ? <span class={s.frame} aria-hidden="true" /> : null}
      {state === "on" ? null : (
        <p class={s.words} role={isFault ? "alert" : "status"}>
          <Icon name={isFault ? "warn" : "code"} />
          {text.say(`scan.${state}` satisfies TextKey)}
        </p>
      )}
    </div>
  );
}

/** The dialog. */
export function QrScanner(props: {
  readonly title: string;
  readonly onRead: (scanned: string) => string | null;
  readonly onClose: () => void;
}): JSX.Element {
  const text = useText();
  const video = useRef<HTMLVideoElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const reader = useRef<QrReader>(null);
  reader.current ??= new QrReader();
  const note = useSignal("");
  const scan = { onRead: props.onRead, note };
  const state = useCamera(video, reader.current, scan);
  const readPicture = usePictures(reader.current, scan, text.say("scan.noCode"));
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <Picture video={video} state={state.value} />
      <p role="status" class={note.value === "" ? s.hint : s.note}>
        {note.value === "" ? text.say("scan.hint") : note.value}
      </p>
      <input
        ref={file}
        type="file"
        accept="image/*"
        hidden
        onChange={(event) => {
          void readPicture(event.currentTarget.files?.[0]);
          event.currentTarget.value = "";
        }}
      />
      <ButtonRow>
        <Button onClick={() => file.current?.click()}>{text.say("scan.picture")}</Button>
        <Button isFocused onClick={props.onClose}>
          {text.say("common.close")}
        </Button>
      </ButtonRow>
    </Dialog>
  );
}
