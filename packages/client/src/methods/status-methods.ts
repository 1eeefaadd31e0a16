/** The methods of an open account that change its status. */
import { MAX_PROFILE_ABOUT_CHARACTERS, MAX_PROFILE_NAME_CHARACTERS, plainProfile } from "@kith/protocol";
import type { AccountStatus } from "../client.ts";
import type { Engine } from "../engine.ts";
import { MessengerError } from "../messenger-error.ts";
import type { StoreChange } from "../ports.ts";
import { tellProfile } from "../send/profile.ts";
import { checkLife } from "../send/timer.ts";
import { claimHandle, confirmWords } from "./account-methods.ts";
import type { Handlers } from "./handlers.ts";

type StatusHandlers = Pick<
  Handlers,
  | "account.confirmWords"
  | "account.claimHandle"
  | "account.setReadReceipts"
  | "account.setTypingIndicators"
  | "account.setAddressHidden"
  | "account.setNewChatTimer"
  | "account.setProfile"
>;

/** The methods over one engine. @param tell tells everybody the status as it is then. */
export function statusMethods(engine: Engine, tell: () => Promise<AccountStatus>): StatusHandlers {
  const { store, settings, typists } = engine.core;
  const keep = async (change: StoreChange): Promise<AccountStatus> => {
    await store.commit([change]);
    return tell();
  };
  return {
    async "account.confirmWords"({ checks }) {
      await confirmWords(engine, checks);
      return tell();
    },
    async "account.claimHandle"({ handle }) {
      await claimHandle(engine, handle);
      return tell();
    },
    "account.setReadReceipts": ({ isOn }) => keep(settings.setReadReceipts(isOn)),
    async "account.setTypingIndicators"({ isOn }) {
      const status = await keep(settings.setTypingIndicators(isOn));
      if (!isOn) typists.endAll();
      return status;
    },
    async "account.setAddressHidden"({ isOn }) {
      const status = await keep(settings.setHidesAddress(isOn));
      void engine.mailboxes.tellAll();
      return status;
    },
    async "account.setProfile"({ name = "", about = "" }) {
      checkLine(name, MAX_PROFILE_NAME_CHARACTERS);
      checkLine(about, MAX_PROFILE_ABOUT_CHARACTERS);
      const status = await keep(settings.setProfile(plainProfile({ name, about })));
      for (const { account } of engine.core.people.contacts()) void tellProfile(engine, account);
      return status;
    },
    async "account.setNewChatTimer"({ afterMs }) {
      checkLife(afterMs);
      return keep(settings.setNewChatTimer(afterMs));
    },
  };
}

/** @throws MessengerError TEXT_TOO_LONG. */
function checkLine(line: string, limit: number): void {
  const actual = [...line.trim()].length;
  if (actual <= limit) return;
  throw new MessengerError("TEXT_TOO_LONG", `this has ${actual} characters, the limit is ${limit}`, {
    details: { actual, limit },
  });
}
