/** Copying a text, and saying whether the browser allowed it. */
import type { Text } from "../i18n/text.ts";
import type { MessengerState } from "../state/messenger-state.ts";

/** Puts `copied` into the clipboard and tells the outcome. */
export async function copyText(messenger: MessengerState, text: Text, copied: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(copied);
    messenger.toasts.tell(text.say("new.copied"));
  } catch (error) {
    // A page that was not fetched safely has no clipboard at all.
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    messenger.toasts.warn(text.say("new.copyFailed"));
  }
}
