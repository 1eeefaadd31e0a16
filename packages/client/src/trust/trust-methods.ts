/** Methods about what is known of a person, and about the own handle. */
import type { ContentId } from "@kith/protocol";
import { type Extras, joinExtras } from "../extras.ts";
import { viewMessage } from "../message/message-view.ts";
import { MessengerError } from "../messenger-error.ts";
import { requireContact } from "../people/who.ts";
import { contestOwnHandle } from "./contest.ts";
import { introduceContact } from "./introduce-contact.ts";
import { lookAt } from "./look-again.ts";
import { postMethods } from "./post-methods.ts";
import type { FetchPost } from "./post-source.ts";
import { releaseOwnHandle } from "./release.ts";
import { trustHistory } from "./trust-history.ts";

/** The methods. @param fetchPost asks X about posts, where that can be done. */
export const trustMethods = (fetchPost?: FetchPost): Extras => joinExtras(knownMethods, postMethods(fetchPost));

const knownMethods: Extras = (inside) => ({
  async "account.releaseHandle"() {
    await releaseOwnHandle(inside);
    return inside.tellStatus();
  },
  async "account.contestHandle"({ account }) {
    await contestOwnHandle(inside, account);
    return inside.tellStatus();
  },
  async "contact.askWitnesses"({ who }) {
    const { core, acquaintance } = inside.engine();
    const contact = requireContact(core.people, who);
    const witnesses = await lookAt(core, acquaintance, contact);
    if (witnesses === null) throw new MessengerError("RELAY_NONE", "there is nobody to ask yet");
    return { ...trustHistory(core, core.people.contact(contact.account) ?? contact), ...witnesses };
  },
  async "contact.introduce"({ who, to, id }) {
    const engine = inside.engine();
    const { core } = engine;
    return viewMessage(core, await introduceContact(engine, { who, to, id: id as ContentId | undefined }));
  },
  async "contact.trust"({ who }) {
    const { core } = inside.engine();
    return trustHistory(core, requireContact(core.people, who));
  },
});
