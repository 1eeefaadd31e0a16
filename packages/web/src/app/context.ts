/** How components reach the state of the app. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Text } from "../i18n/text.ts";
import type { MessengerState } from "../state/messenger-state.ts";

/** Set once by the root. */
export const MessengerContext = createContext<MessengerState | null>(null);

/** The state of the app. */
export function useMessenger(): MessengerState {
  const messenger = useContext(MessengerContext);
  if (messenger === null) throw new TypeError("a component stands outside of the app");
  return messenger;
}

/** The words of the chosen language; a component that calls this is drawn again when it changes. */
export function useText(): Text {
  return useMessenger().preferences.text.value;
}
