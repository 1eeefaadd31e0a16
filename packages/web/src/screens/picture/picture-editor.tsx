/** A picture of oneself or of a group: chosen, cut to a square, drawn anew, and taken back. */
import { toBase64 } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useMessenger, useText } from "../../app/context.ts";
import type { TextKey } from "../../i18n/catalogue.ts";
import { Button, ButtonRow } from "../../parts/button.tsx";
import { type Crop, drawPart, encodePicture, openPicture } from "./encode-picture.ts";
import s from "./picture.module.css";

/** Pixels of the canvas the part is shown on. */
const SHOWN = 224;

const WHOLE: Crop = { zoom: 1, x: 0, y: 0 };
const MAX_ZOOM = 4;

function Slider(props: {
  readonly label: TextKey;
  readonly min: number;
  readonly max: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
}): JSX.Element {
  const text = useText();
  return (
    <label class={s.slider}>
      {text.say(props.label)}
      <input
        type="range"
        min={props.min}
        max={props.max}
        step={0.02}
        value={props.value}
        onInput={(event) => props.onChange(event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}

/** The part that will be shown, moved by dragging or by the sliders. */
function Cropper({ image, crop }: { readonly image: ImageBitmap; readonly crop: Signal<Crop> }): JSX.Element {
  const text = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { zoom, x, y } = crop.value;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context) drawPart(context, image, crop.value, SHOWN);
  }, [image, crop.value]);
  const set = (change: Partial<Crop>): void => {
    const next = { ...crop.peek(), ...change };
    crop.value = { ...next, x: Math.max(-1, Math.min(1, next.x)), y: Math.max(-1, Math.min(1, next.y)) };
  };
  return (
    <div class={s.cropper}>
      <canvas
        ref={canvas}
        class={s.canvas}
        width={SHOWN}
        height={SHOWN}
        role="img"
        aria-label={text.say("picture.preview")}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={({ currentTarget, pointerId, movementX, movementY }) => {
          if (!currentTarget.hasPointerCapture(pointerId)) return;
          const step = 2 / currentTarget.clientWidth;
          set({ x: crop.peek().x - movementX * step, y: crop.peek().y - movementY * step });
        }}
      />
      <div class={s.sliders}>
        <Slider label="picture.zoom" min={1} max={MAX_ZOOM} value={zoom} onChange={(value) => set({ zoom: value })} />
        <Slider label="picture.across" min={-1} max={1} value={x} onChange={(value) => set({ x: value })} />
        <Slider label="picture.down" min={-1} max={1} value={y} onChange={(value) => set({ y: value })} />
      </div>
    </div>
  );
}

/** Chooses a file of this device and hands what can be drawn to `onImage`. */
function Chooser({ onImage }: { readonly onImage: (image: ImageBitmap | null) => void }): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept="image/jpeg,image/png,image/webp,image/gif"
        data-picture=""
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          currentTarget.value = "";
          if (file !== undefined) void messenger.run(async () => onImage(await openPicture(file)));
        }}
      />
      <Button onClick={() => input.current?.click()}>{text.say("picture.choose")}</Button>
    </>
  );
}

/** What is shown, and what becomes of it. */
interface PictureEditorProps {
  /** What stands there while nothing was chosen. */
  readonly shown: JSX.Element;
  readonly hasPicture: boolean;
  readonly help: string;
  /** @param picture in base64; undefined takes it back. */
  readonly onSet: (picture: string | undefined) => Promise<void>;
}

/** Chooses a picture, cuts it to a square, and hands over what was drawn anew. */
export function PictureEditor({ shown, hasPicture, help, onSet }: PictureEditorProps): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const { toasts } = messenger;
  const image = useSignal<ImageBitmap | null>(null);
  const crop = useSignal<Crop>(WHOLE);
  const leave = (): void => {
    image.peek()?.close();
    image.value = null;
    crop.value = WHOLE;
  };
  useEffect(() => leave, []);
  const take = (opened: ImageBitmap | null): void => {
    leave();
    if (opened === null) toasts.warn(text.say("picture.none"));
    else image.value = opened;
  };
  const save = async (): Promise<void> => {
    const bytes = image.peek() && (await encodePicture(image.peek() as ImageBitmap, crop.peek()));
    if (bytes === null) return toasts.warn(text.say("picture.none"));
    await onSet(toBase64(bytes));
    leave();
  };
  return (
    <div class={s.part}>
      {image.value === null ? shown : <Cropper image={image.value} crop={crop} />}
      <p class={s.help}>{help}</p>
      <ButtonRow>
        {image.value === null ? null : (
          <Button kind="primary" onClick={() => void messenger.run(save)}>
            {text.say("picture.save")}
          </Button>
        )}
        <Chooser onImage={take} />
        {image.value === null ? null : <Button onClick={leave}>{text.say("common.cancel")}</Button>}
        {image.value === null && hasPicture ? (
          <Button onClick={() => void messenger.run(() => onSet(undefined))}>{text.say("picture.remove")}</Button>
        ) : null}
      </ButtonRow>
    </div>
  );
}
