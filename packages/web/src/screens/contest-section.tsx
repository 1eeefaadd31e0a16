/** Who else claims the own handle, and saying of one of them that the claim is not one's own. */
import type { LookupResult } from "@kith/client/rpc";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { ConfirmDialog } from "../parts/dialog.tsx";
import { AccountText } from "../parts/name.tsx";
import s from "./settings.module.css";

interface RivalProps {
  /** `kith1…` of another account that claims the handle. */
  readonly account: string;
  readonly handle: string;
}

function Rival({ account, handle }: RivalProps): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const isAsking = useSignal(false);
  const isSaid = messenger.account.status.value?.handle?.contested === account;
  const contest = async (): Promise<void> => {
    messenger.account.set(await messenger.link.call("account.contestHandle", { account }));
  };
  return (
    <li class={s.relay} data-rival="">
      <span class={s.relayFacts}>
        <AccountText account={account} />
        {isSaid ? text.say("settings.contested") : null}
      </span>
      {isSaid ? null : (
        <Button
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {text.say("settings.contestAction")}
        </Button>
      )}
      {isAsking.value ? (
        <ConfirmDialog
          title={text.say("settings.contestTitle")}
          text={text.say("settings.contestText", { handle: `@${handle}` })}
          action={text.say("settings.contestAction")}
          onConfirm={() => {
            isAsking.value = false;
            void messenger.run(contest);
          }}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      ) : null}
    </li>
  );
}

/** What the directory answered: others, nobody else, or that nobody could be asked. */
function Rivals({ result, account }: { readonly result: LookupResult; readonly account: string }): JSX.Element {
  const text = useText();
  const handle = result.handle.replace(/^@/, "");
  const others = result.candidates.filter((each) => each.account !== account);
  const none = result.asked === 0 ? text.say("new.nobodyAsked") : text.say("settings.contestNobody");
  return (
    <>
      {others.length === 0 ? <p>{none}</p> : null}
      {result.isSuspect ? <p class={s.waiting}>{text.say("new.suspect")}</p> : null}
      <ul class={s.relays}>
        {others.map((each) => (
          <Rival key={each.account} account={each.account} handle={handle} />
        ))}
      </ul>
    </>
  );
}

/** Asks the directory on a press of the button. */
export function ContestSection(props: { readonly handle: string; readonly account: string }): JSX.Element {
  const { handle, account } = props;
  const messenger = useMessenger();
  const text = useText();
  const result = useSignal<LookupResult | null>(null);
  const isBusy = useSignal(false);
  const ask = async (): Promise<void> => {
    isBusy.value = true;
    await messenger.run(async () => {
      result.value = await messenger.link.call("directory.lookup", { handle });
    });
    isBusy.value = false;
  };
  return (
    <div class={s.relays} data-contest="">
      <ButtonRow>
        <Button kind="quiet" isBusy={isBusy.value} onClick={() => void ask()}>
          {text.say("settings.contest")}
        </Button>
      </ButtonRow>
      <div aria-live="polite">{result.value === null ? null : <Rivals result={result.value} account={account} />}</div>
    </div>
  );
}
