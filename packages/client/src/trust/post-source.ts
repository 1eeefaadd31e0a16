/** Where answers about posts on X come from; given from outside, because pages cannot ask X. */
import type { Handle, PostId } from "@kith/protocol";

/** What came of asking: the body of an answer, the word that there is no such post, or neither. */
export type PostAnswer =
  | { readonly type: "answer"; readonly body: string }
  | { readonly type: "gone" }
  | { readonly type: "unreachable" };

/** Asks X about one post of a handle; X sees the address of whoever asks. Never rejects. */
export type FetchPost = (handle: Handle, post: PostId) => Promise<PostAnswer>;
