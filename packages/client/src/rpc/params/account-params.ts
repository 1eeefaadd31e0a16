/** Schemas for what the methods about accounts are called with. */
import {
  array,
  boolean,
  exactOptional,
  integer,
  literal,
  maxLength,
  maxValue,
  minValue,
  number,
  pipe,
  string,
} from "valibot";
import type { AccountMethods } from "../../account/account-info.ts";
import { type MethodTable, paramsSchema } from "../method-table.ts";
import { MAX_INVITE_INPUT_CHARACTERS, MAX_PREVIEW_CHARACTERS, none, type Params, short } from "./common.ts";

const WORDS = 24;
const MAX_WORDS_CHARACTERS = 1024;
const wordCheck = paramsSchema<Params<"account.confirmWords">["checks"][number]>({
  position: pipe(number(), integer(), minValue(1), maxValue(WORDS)),
  word: short,
});

/** The methods of `AccountMethods` with their schemas. */
export const accountParams: MethodTable<AccountMethods> = {
  "account.status": none,
  "account.create": paramsSchema<Params<"account.create">>({
    handle: exactOptional(short),
    pin: exactOptional(short),
  }),
  "account.recover": paramsSchema<Params<"account.recover">>({
    words: pipe(string(), maxLength(MAX_WORDS_CHARACTERS)),
    relay: exactOptional(short),
    invite: exactOptional(pipe(string(), maxLength(MAX_INVITE_INPUT_CHARACTERS))),
    isAlone: exactOptional(boolean()),
  }),
  "account.setContactBackup": paramsSchema<Params<"account.setContactBackup">>({
    isOn: boolean(),
    words: exactOptional(pipe(string(), maxLength(MAX_WORDS_CHARACTERS))),
  }),
  "account.words": none,
  "account.confirmWords": paramsSchema<Params<"account.confirmWords">>({
    checks: pipe(array(wordCheck), maxLength(WORDS)),
  }),
  "account.proof": none,
  "account.setProof": paramsSchema<Params<"account.setProof">>({ post: exactOptional(short) }),
  "account.releaseHandle": none,
  "account.contestHandle": paramsSchema<Params<"account.contestHandle">>({ account: short }),
  "account.claimHandle": paramsSchema<Params<"account.claimHandle">>({ handle: short }),
  "account.unlock": paramsSchema<Params<"account.unlock">>({ pin: short }),
  "account.lock": none,
  "account.setPin": paramsSchema<Params<"account.setPin">>({
    oldPin: exactOptional(short),
    newPin: exactOptional(short),
  }),
  "account.setLock": paramsSchema<Params<"account.setLock">>({
    idleMs: exactOptional(pipe(number(), integer(), minValue(0))),
    whenHidden: exactOptional(boolean()),
    eraseAfterTries: exactOptional(pipe(number(), integer(), minValue(0))),
  }),
  "account.present": none,
  "account.erase": paramsSchema<Params<"account.erase">>({ confirm: literal("erase") }),
  "account.setReadReceipts": paramsSchema<Params<"account.setReadReceipts">>({ isOn: boolean() }),
  "account.setAddressHidden": paramsSchema<Params<"account.setAddressHidden">>({ isOn: boolean() }),
  "account.setTypingIndicators": paramsSchema<Params<"account.setTypingIndicators">>({ isOn: boolean() }),
  "account.setProfile": paramsSchema<Params<"account.setProfile">>({
    name: exactOptional(short),
    about: exactOptional(short),
  }),
  "account.setPicture": paramsSchema<Params<"account.setPicture">>({
    picture: exactOptional(pipe(string(), maxLength(MAX_PREVIEW_CHARACTERS))),
  }),
  "profile.picture": paramsSchema<Params<"profile.picture">>({ who: exactOptional(short) }),
  "account.setNewChatTimer": paramsSchema<Params<"account.setNewChatTimer">>({
    afterMs: exactOptional(pipe(number(), integer())),
  }),
};
