/** What a person calls themselves and says of themselves: claims, told to accepted people only; the newest counts. */
import { bytes, optional, record, type Shape, text } from "../codec/schema.ts";
import { CONTENT_KINDS, type Content, type ContentHead, makeContent } from "./content.ts";
import { MAX_PICTURE_BYTES } from "./picture.ts";

/** Characters of a name and of the line about oneself. */
export const MAX_PROFILE_NAME_CHARACTERS = 50;
export const MAX_PROFILE_ABOUT_CHARACTERS = 140;

/** UTF-8 bytes of one character at most. */
const CHARACTER_BYTES = 4;

/** The words of a profile; what is absent is not said. */
export interface ProfileBody {
  readonly name?: string | undefined;
  readonly about?: string | undefined;
}

/** What one content says: the words, or the picture, beside which words say nothing; an empty picture takes it back. Whoever shows it asks `readPictureType`. */
export interface SaidProfileBody extends ProfileBody {
  readonly picture?: Uint8Array | undefined;
}

/** Controls, half surrogate pairs, line separators, and unassigned or private characters. */
const UNSHOWABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** Invisible formatting, bidi controls among it; the joiners of Indic and Arabic words and of emoji stay. */
const INVISIBLE = /(?![\u200c\u200d])\p{Cf}/gu;

/** Combining marks beyond what any script stacks on one letter. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;

/** Codec shape of a profile's body: a version that knows no pictures takes the words, and lets the picture pass. */
export const profileBody: Shape<SaidProfileBody> = record<SaidProfileBody>({
  name: optional(1, text(CHARACTER_BYTES * MAX_PROFILE_NAME_CHARACTERS)),
  about: optional(2, text(CHARACTER_BYTES * MAX_PROFILE_ABOUT_CHARACTERS)),
  picture: optional(3, bytes(0, MAX_PICTURE_BYTES)),
});

/** A profile content. @throws RangeError for texts and pictures over their bounds. */
export function profileContent(head: ContentHead, body: SaidProfileBody): Content {
  return makeContent(head, CONTENT_KINDS.profile, profileBody, body);
}

/** A profile as it may be sent and shown: each text one line without anything invisible, cut; an empty one is absent. */
export function plainProfile({ name = "", about = "" }: ProfileBody): ProfileBody {
  const plainName = plainLine(name, MAX_PROFILE_NAME_CHARACTERS);
  const plainAbout = plainLine(about, MAX_PROFILE_ABOUT_CHARACTERS);
  return { ...(plainName === "" ? {} : { name: plainName }), ...(plainAbout === "" ? {} : { about: plainAbout }) };
}

/** A text as one line without anything invisible, cut at whole characters. */
export function plainLine(line: string, maxCharacters: number): string {
  const shown = line.replace(UNSHOWABLE, " ").replace(INVISIBLE, "").replace(PILED_MARKS, "$1").normalize("NFC");
  return [...shown.replace(/\s+/gu, " ").trim()].slice(0, maxCharacters).join("").trim();
}
