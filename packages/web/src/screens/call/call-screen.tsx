/** A call under way: voice or video, with how it goes and what can be switched. */
import type { BrowserMedia, CallSession } from "@kith/client/media";
import type { CallInfo } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useCallback } from "preact/hooks";
import { useText } from "../../app/context.ts";
import { PathLine, Seal } from "../../parts/icon.tsx";
import s from "./call.module.css";
import { CallButton } from "./call-button.tsx";
import type { CallDesk } from "./call-desk.ts";
import type { CallPerson } from "./call-layer.tsx";
import { CallFace, CallPanel } from "./call-panel.tsx";
import { CallTrouble } from "./call-trouble.tsx";
import { phaseText } from "./call-words.ts";
import { DeviceChoice } from "./device-choice.tsx";
import { Elapsed } from "./elapsed.tsx";
import { OwnPicture, TheirPicture } from "./picture.tsx";

/** A call with its media. */
export interface LiveCall {
  readonly desk: CallDesk;
  readonly call: CallInfo;
  readonly session: CallSession<BrowserMedia>;
  readonly person: CallPerson;
}

function Way({ desk }: Pick<LiveCall, "desk">): JSX.Element | null {
  const text = useText();
  const path = desk.facts.value?.path ?? null;
  if (path === null) return null;
  return (
    <span class={s.way}>
      <PathLine way={path} />
      {text.say(path === "direct" ? "call.direct" : "call.relayed")}
    </span>
  );
}

/** The words that both sides can read to each other. */
function Check({ call, person }: Pick<LiveCall, "call" | "person">): JSX.Element | null {
  const text = useText();
  const isOpen = useSignal(false);
  const { checkWords } = call;
  if (checkWords === undefined) return null;
  const toggle = (): void => {
    isOpen.value = !isOpen.value;
  };
  return (
    <div class={s.check}>
      <button type="button" aria-expanded={isOpen.value} onClick={toggle}>
        {text.say("call.check")}
      </button>
      {isOpen.value ? (
        <p>
          <b dir="ltr" lang="en">
            {checkWords.join(" · ")}
          </b>
          <span>{text.say("call.checkHint", { name: person.name })}</span>
        </p>
      ) : null}
    </div>
  );
}

function Top({ desk, call, person }: LiveCall): JSX.Element {
  const text = useText();
  const isVerified = person.contact?.trust === "VERIFIED";
  return (
    <div class={s.top}>
      <p class={s.topName}>
        <bdi>{person.name}</bdi>
        {isVerified ? <Seal label={text.say("trust.verified")} /> : null}
      </p>
      <p class={s.facts}>
        <span role="status">{phaseText(call, text)}</span>
        {call.connectedAtMs === undefined ? null : <Elapsed sinceMs={call.connectedAtMs} />}
        <Way desk={desk} />
        {isVerified ? null : <span>{text.say("call.notVerified")}</span>}
      </p>
      {call.media.hasMicrophone || call.phase === "ringing" ? null : (
        <p class={s.facts}>{text.say("call.theirMute", { name: person.name })}</p>
      )}
      {desk.isWeak.value && call.phase === "connected" ? (
        <p class={s.facts} role="status">
          {text.say("call.weak")}
        </p>
      ) : null}
      <Check call={call} person={person} />
    </div>
  );
}

/** Phones share no screen. */
function ScreenButton({ desk, session }: Pick<LiveCall, "desk" | "session">): JSX.Element | null {
  const text = useText();
  if (!("getDisplayMedia" in navigator.mediaDevices)) return null;
  const isSharing = session.ownMedia.picture === "screen";
  return (
    <CallButton
      icon={isSharing ? "screenOff" : "screen"}
      label={text.say("call.screen")}
      isOn={isSharing}
      isMarked={isSharing}
      shortcut="s"
      onClick={() => void desk.toggleScreen()}
    />
  );
}

function Bar({ desk, session }: LiveCall): JSX.Element {
  const text = useText();
  const { hasMicrophone, picture } = session.ownMedia;
  return (
    <div class={s.bar}>
      <CallButton
        icon={hasMicrophone ? "microphone" : "microphoneOff"}
        label={text.say("call.microphone")}
        isOn={hasMicrophone}
        isMarked={!hasMicrophone}
        shortcut="m"
        isFocused
        onClick={() => void desk.toggleMicrophone()}
      />
      <CallButton
        icon={picture === "camera" ? "camera" : "cameraOff"}
        label={text.say("call.camera")}
        isOn={picture === "camera"}
        isMarked={picture === "none"}
        shortcut="v"
        onClick={() => void desk.toggleCamera()}
      />
      <ScreenButton desk={desk} session={session} />
      <CallButton
        icon="devices"
        label={text.say("call.devices")}
        isOpen={desk.isChoosing.value}
        shortcut="d"
        onClick={() => toggleChoice(desk)}
      />
      <CallButton
        icon="small"
        label={text.say("call.small")}
        onClick={() => {
          desk.isSmall.value = true;
        }}
      />
      <span class={s.gap} />
      <CallButton icon="hangUp" kind="end" label={text.say("call.hangUp")} onClick={() => void desk.hangUp()} />
    </div>
  );
}

function toggleChoice(desk: CallDesk): void {
  desk.isChoosing.value = !desk.isChoosing.peek();
}

/** Keys of a call, by their place so that they work in every script. */
function takeKey(event: KeyboardEvent, desk: CallDesk): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  // In a list of devices letters look for a name.
  if (event.target instanceof HTMLSelectElement) return;
  const act = {
    KeyM: () => void desk.toggleMicrophone(),
    KeyV: () => void desk.toggleCamera(),
    KeyS: () => void desk.toggleScreen(),
    KeyD: () => toggleChoice(desk),
  }[event.code];
  if (act === undefined) return;
  event.preventDefault();
  act();
}

/** The whole window is the call. */
export function CallScreen(props: LiveCall): JSX.Element {
  const { desk, call, session, person } = props;
  const text = useText();
  const onSilenced = useCallback(
    (isSilenced: boolean) => {
      desk.isSilenced.value = isSilenced;
    },
    [desk],
  );
  const isSeen = call.media.picture !== "none" && call.connectedAtMs !== undefined;
  const { ownPicture, remote } = session.peer;
  return (
    <CallPanel
      label={text.say("call.with", { name: person.name })}
      onEscape={() => {
        desk.isSmall.value = true;
      }}
      onKey={(event) => takeKey(event, desk)}
    >
      <TheirPicture
        stream={remote}
        isShown={isSeen}
        label={text.say(call.media.picture === "screen" ? "call.theirScreen" : "call.theirPicture", {
          name: person.name,
        })}
        speaker={desk.devices.chosen.value.speaker}
        onSilenced={onSilenced}
      />
      <Top {...props} />
      {isSeen ? null : (
        <div class={s.center}>
          <CallFace person={person} isQuiet={call.phase === "connected"} />
        </div>
      )}
      {ownPicture === null ? null : (
        <OwnPicture
          track={ownPicture}
          isMirrored={session.ownMedia.picture === "camera"}
          label={text.say("call.ownPicture")}
        />
      )}
      <div class={s.foot}>
        <CallTrouble desk={desk} />
        {desk.isChoosing.value ? <DeviceChoice desk={desk} /> : null}
        <Bar {...props} />
      </div>
    </CallPanel>
  );
}
