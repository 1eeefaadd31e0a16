/** The methods that forward texts, open what is to be seen once, note what was played, and set and show pictures. */
import type { ContentId } from "@kith/protocol";
import type { Extras, Inside } from "../extras.ts";
import { requireGroups } from "../file/group-offers.ts";
import { viewMessage } from "../message/message-view.ts";
import type { Handlers } from "../methods/handlers.ts";
import { requireContact } from "../people/who.ts";
import type { MessageName } from "../send/operation.ts";
import { forwardMessage } from "./forward.ts";
import { closeOnce, openOnce } from "./once.ts";
import { readPicture, setPicture } from "./picture.ts";
import { markPlayed } from "./played.ts";

type TalkHandlers = Pick<
  Handlers,
  "message.forward" | "message.open" | "message.close" | "message.markPlayed" | "account.setPicture" | "profile.picture"
>;

/** The methods over the account that is open. */
export function openTalk(): Extras {
  const opening = new Set<string>();
  return (inside): TalkHandlers => ({
    "message.forward": (params) => forwardMessage(inside.engine(), params),
    async "message.open"({ who, id }) {
      return openOnce(inside.engine(), named(inside, who, id), opening);
    },
    async "message.close"({ who, id }) {
      await closeOnce(inside.engine(), named(inside, who, id));
      return { closed: true };
    },
    async "account.setPicture"({ picture }) {
      await setPicture(inside.engine(), picture);
      return inside.tellStatus();
    },
    async "profile.picture"({ who }) {
      return { picture: await readPicture(inside.engine(), who) };
    },
    async "message.markPlayed"({ who, group, id }) {
      const { core } = inside.engine();
      if (group !== undefined) return requireGroups(core).markPlayed({ who, group, id });
      return viewMessage(core, await markPlayed(core, named(inside, who, id)));
    },
  });
}

function named(inside: Inside, who: string, id: string): MessageName {
  return { account: requireContact(inside.engine().core.people, who).account, id: id as ContentId };
}
