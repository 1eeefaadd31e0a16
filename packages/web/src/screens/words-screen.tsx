/** The 24 words, for those who put them off. */
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Pane } from "../parts/pane.tsx";
import { WordsSteps } from "../parts/words-steps.tsx";

/** Shows and checks the words, or says that they are gone. */
export function WordsScreen(): JSX.Element {
  const { account, router } = useMessenger();
  const text = useText();
  return (
    <Pane title={text.say("words.title")} back="#/settings">
      {account.status.value?.areWordsConfirmed === true ? (
        <p>{text.say("words.gone")}</p>
      ) : (
        <WordsSteps onDone={() => router.replace({ name: "settings" })} />
      )}
    </Pane>
  );
}
