/** The methods of an open account that change its status. */
import type { AccountStatus } from "../client.ts";
import type { Engine } from "../engine.ts";
import type { StoreChange } from "../ports.ts";
import { checkLife } from "../send/timer.ts";
import { claimHandle, confirmWords } from "./account-methods.ts";
import type { Handlers } from "./handlers.ts";

type StatusHandlers = Pick<
  Handlers,
  | "account.confirmWords"
  | "account.claimHandle"
  | "account.setReadReceipts"
  | "account.setTypingIndicators"
  | "account.setNewChatTimer"
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
    async "account.setNewChatTimer"({ afterMs }) {
      checkLife(afterMs);
      return keep(settings.setNewChatTimer(afterMs));
    },
  };
}
