/** What is on show: a door while something is in the way, else the app. */
import type { JSX } from "preact";
import { ToastShelf } from "../parts/toast-shelf.tsx";
import { ConnectingDoor, StoppedDoor, TokenDoor } from "../screens/door.tsx";
import type { AppUpdates } from "../state/app-updates.ts";
import type { MessengerState } from "../state/messenger-state.ts";
import { MessengerContext, useMessenger } from "./context.ts";
import { Keyboard } from "./keyboard.tsx";
import { ClosedDoor, ErasedDoor, FirstSteps, Locked, Onboarding, RevokedDoor } from "./lazy-screens.ts";
import { Shell } from "./shell.tsx";
import { UpdateNotice } from "./update-notice.tsx";

function Gate(): JSX.Element {
  const { link, account, isErased } = useMessenger();
  const state = link.state.value;
  const status = account.status.value;
  if (isErased.value) return <ErasedDoor />;
  if (state.kind === "closed") return <ClosedDoor reason={state.reason} />;
  if (state.kind === "refused") return <TokenDoor hadToken={state.hadToken} />;
  if (status === null) return state.kind === "lost" ? <StoppedDoor /> : <ConnectingDoor />;
  if (status.isRevoked === true) return <RevokedDoor />;
  if (status.state === "ready") {
    if (account.isNew.value) return <FirstSteps />;
    return (
      <>
        <Shell />
        <Keyboard />
      </>
    );
  }
  if (state.kind === "lost") return <StoppedDoor />;
  return status.state === "locked" ? <Locked /> : <Onboarding />;
}

/** The root. */
export function App(props: { readonly messenger: MessengerState; readonly updates: AppUpdates }): JSX.Element {
  return (
    <MessengerContext.Provider value={props.messenger}>
      <Gate />
      <ToastShelf>
        <UpdateNotice updates={props.updates} />
      </ToastShelf>
    </MessengerContext.Provider>
  );
}
