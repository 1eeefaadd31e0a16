/** Schemas for what the methods about contacts are called with. */
import { boolean, exactOptional, integer, maxLength, maxValue, minValue, number, pipe, string } from "valibot";
import type { ContactMethods } from "../../people/contact-info.ts";
import { type MethodTable, paramsSchema } from "../method-table.ts";
import { anyText, MAX_INVITE_INPUT_CHARACTERS, messageId, none, type Params, short, who } from "./common.ts";

/** More than a post on X has. */
const MAX_POST_CHARACTERS = 32_768;
const MAX_INVITE_LIFE_MS = 30 * 24 * 3600 * 1000;

/** The methods of `ContactMethods` with their schemas. */
export const contactParams: MethodTable<ContactMethods> = {
  "invite.create": paramsSchema<Params<"invite.create">>({
    expiresInMs: exactOptional(pipe(number(), integer(), minValue(1), maxValue(MAX_INVITE_LIFE_MS))),
  }),
  "invite.join": paramsSchema<Params<"invite.join">>({
    invite: pipe(string(), maxLength(MAX_INVITE_INPUT_CHARACTERS)),
    text: exactOptional(anyText),
  }),
  "directory.lookup": paramsSchema<Params<"directory.lookup">>({ handle: short }),
  "contact.add": paramsSchema<Params<"contact.add">>({
    who: short,
    text: exactOptional(anyText),
    name: exactOptional(short),
  }),
  "contact.list": none,
  "contact.get": who,
  "contact.rename": paramsSchema<Params<"contact.rename">>({ who: short, name: short }),
  "contact.verify": paramsSchema<Params<"contact.verify">>({ who: short, isVerified: boolean() }),
  "contact.acceptChange": who,
  "contact.trust": who,
  "contact.askWitnesses": who,
  "contact.post": who,
  "contact.checkPost": paramsSchema<Params<"contact.checkPost">>({
    who: short,
    post: exactOptional(short),
    text: exactOptional(pipe(string(), maxLength(MAX_POST_CHARACTERS))),
  }),
  "contact.introduce": paramsSchema<Params<"contact.introduce">>({
    who: short,
    to: short,
    id: exactOptional(messageId),
  }),
  "contact.block": who,
  "contact.unblock": who,
  "contact.delete": who,
  "request.list": none,
  "request.accept": who,
  "request.delete": who,
};
