/** When the account locks by itself, and what becomes of it after wrong PINs. */
import type { Methods } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { Choice } from "../parts/choice.tsx";

const MINUTE_MS = 60_000;

/** Times without use to choose from, in minutes; 0 is never. */
const IDLE_MINUTES = [0, 1, 5, 15, 60] as const;

/** Wrong PINs after which everything is erased, where that is wanted. */
const ERASE_TRIES = 10;

/** The choices of an account with a PIN. */
export function LockChoices(): JSX.Element {
  const messenger = useMessenger();
  const { account, link } = messenger;
  const text = useText();
  const { idleMs = 0, whenHidden = false, eraseAfterTries = 0 } = account.status.value?.lock ?? {};
  const set = (change: Methods["account.setLock"]["params"]): void =>
    void messenger.run(async () => account.set(await link.call("account.setLock", change)));
  const idle = [...new Set([...IDLE_MINUTES.map((minutes) => minutes * MINUTE_MS), idleMs])].sort((a, b) => a - b);
  return (
    <>
      <Choice
        label={text.say("lock.idle")}
        value={String(idleMs)}
        options={idle.map((ms) => ({
          value: String(ms),
          label: ms === 0 ? text.say("lock.never") : text.duration(ms),
        }))}
        onChange={(value) => set({ idleMs: Number(value) })}
      />
      <Choice
        label={text.say("lock.hidden")}
        value={whenHidden ? "on" : "off"}
        options={[
          { value: "off", label: text.say("lock.hiddenOff") },
          { value: "on", label: text.say("lock.hiddenOn") },
        ]}
        onChange={(value) => set({ whenHidden: value === "on" })}
      />
      <Choice
        label={text.say("lock.erase")}
        value={eraseAfterTries === 0 ? "off" : "on"}
        options={[
          { value: "off", label: text.say("lock.eraseOff") },
          { value: "on", label: text.say("lock.eraseOn", { count: eraseAfterTries || ERASE_TRIES }) },
        ]}
        onChange={(value) => set({ eraseAfterTries: value === "on" ? ERASE_TRIES : 0 })}
      />
      <p>{text.say("lock.eraseText", { count: eraseAfterTries || ERASE_TRIES })}</p>
    </>
  );
}
