/** Pictures of a call: what comes, with its sound, and what this side shows. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import s from "./call.module.css";

/** The other side's picture and sound. It stays in the page while only the sound is wanted. */
export function TheirPicture(props: {
  readonly stream: MediaStream;
  readonly isShown: boolean;
  readonly label: string;
  /** Where its sound is to be heard; as the system says where none is chosen, or it is not there. */
  readonly speaker: string | undefined;
  /** The browser refused to play before somebody clicks. */
  readonly onSilenced: (isSilenced: boolean) => void;
}): JSX.Element {
  const ref = useRef<HTMLVideoElement>(null);
  const { stream, isShown, speaker, onSilenced } = props;
  useEffect(() => {
    const video = ref.current;
    if (video === null) return;
    video.srcObject = stream;
    const play = (): void => {
      video.play().then(
        () => onSilenced(false),
        (error: unknown) => {
          if (error instanceof DOMException && error.name === "NotAllowedError") onSilenced(true);
        },
      );
    };
    play();
    stream.addEventListener("addtrack", play);
    return () => stream.removeEventListener("addtrack", play);
  }, [stream, onSilenced]);
  useEffect(() => {
    const video = ref.current;
    if (video === null || speaker === undefined || !("setSinkId" in video)) return;
    // One that was unplugged meanwhile: the system's own goes on.
    video.setSinkId(speaker).catch(() => undefined);
  }, [speaker]);
  return (
    // biome-ignore lint/a11y/useMediaCaption: a conversation that takes place now has no captions to offer
    <video
      ref={ref}
      class={isShown ? s.theirs : s.unseen}
      data-remote=""
      aria-label={props.label}
      autoplay
      playsInline
    />
  );
}

/** What this side shows, mirrored when it is oneself. */
export function OwnPicture(props: {
  readonly track: MediaStreamTrack;
  readonly isMirrored: boolean;
  readonly label: string;
}): JSX.Element {
  const ref = useRef<HTMLVideoElement>(null);
  const { track } = props;
  useEffect(() => {
    if (ref.current !== null) ref.current.srcObject = new MediaStream([track]);
  }, [track]);
  return (
    <video
      ref={ref}
      class={`${s.own} ${props.isMirrored ? s.mirrored : ""}`}
      aria-label={props.label}
      autoplay
      playsInline
      muted
    />
  );
}
