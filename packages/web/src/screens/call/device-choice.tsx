/** Which microphone, camera and speaker a call uses. */
import type { MediaDevice } from "@kith/client/media";
import type { JSX } from "preact";
import { useEffect, useId } from "preact/hooks";
import { useText } from "../../app/context.ts";
import s from "./call.module.css";
import type { LiveCall } from "./call-screen.tsx";

function DeviceSelect(props: {
  readonly label: string;
  readonly devices: readonly MediaDevice[];
  readonly value: string | undefined;
  readonly isFocused?: boolean;
  readonly onChange: (id: string) => void;
}): JSX.Element | null {
  const text = useText();
  const id = useId();
  const { devices, value } = props;
  if (devices.length === 0) return null;
  return (
    <p class={s.device}>
      <label for={id}>{props.label}</label>
      <select
        id={id}
        value={devices.some((each) => each.id === value) ? value : devices[0]?.id}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      >
        {devices.map((device, at) => (
          <option key={device.id} value={device.id}>
            {device.label === "" ? text.say("call.deviceNumber", { number: text.number(at + 1) }) : device.label}
          </option>
        ))}
      </select>
    </p>
  );
}

/** The choice of every kind there is; follows what is plugged in and out, and what the session of the desk uses. */
export function DeviceChoice({ desk }: Pick<LiveCall, "desk">): JSX.Element {
  const text = useText();
  const { devices, session } = desk;
  useEffect(() => devices.follow(), [devices]);
  const { microphones, cameras, speakers } = devices.there.value;
  const { microphone, camera } = session?.peer.inUse ?? {};
  const chosen = devices.chosen.value;
  return (
    <fieldset class={s.devices}>
      <legend class="spoken">{text.say("call.devices")}</legend>
      <DeviceSelect
        label={text.say("call.microphone")}
        devices={microphones}
        value={microphone ?? chosen.microphone}
        onChange={(id) => void desk.chooseMicrophone(id)}
      />
      <DeviceSelect
        label={text.say("call.camera")}
        devices={cameras}
        value={camera ?? chosen.camera}
        onChange={(id) => void desk.chooseCamera(id)}
      />
      <DeviceSelect
        label={text.say("call.speaker")}
        devices={speakers}
        value={chosen.speaker}
        onChange={(id) => devices.choose("speaker", id)}
      />
      {microphones.length + cameras.length + speakers.length === 0 ? <p>{text.say("call.noDevices")}</p> : null}
    </fieldset>
  );
}
