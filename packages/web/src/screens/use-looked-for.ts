/** Going to a message that the address names. */
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import type { Route } from "../app/route.ts";
import type { Conversation } from "../state/conversation.ts";

/** Brings the message that the address names into sight, and takes it out of the address. @param place the address without it. */
export function useLookedFor(conversation: Conversation, message: string | undefined, place: Route): void {
  const messenger = useMessenger();
  const text = useText();
  const isLoaded = conversation.isLoaded.value;
  useEffect(() => {
    if (message === undefined || !isLoaded) return;
    void messenger.run(async () => {
      if (!(await conversation.reach(message))) messenger.toasts.warn(text.say("quote.tooFar"));
      messenger.router.replace(place);
    });
  }, [conversation, isLoaded, message, messenger]);
}
