/** `prove`, `check`: the post on X that proves a handle. */
import { NodeError } from "../../config/node-error.ts";
import { text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";
import { describeContact } from "../describe.ts";
import { WHO } from "../options.ts";
import { printableText } from "../printable.ts";

/** Prints the line to post, or names the post that was made. */
export const proveCommand: Command = {
  args: {
    post: { type: "string", description: text("option.provePost"), valueHint: "URL" },
    remove: { type: "boolean", description: text("option.proveRemove") },
  },
  async run({ args, connect, print }) {
    const client = await connect();
    const post = args.text("post");
    const isChanging = post !== undefined || args.flag("remove");
    if (isChanging) await client.call("account.setProof", post === undefined ? {} : { post });
    const proof = await client.call("account.proof", {});
    const named =
      proof.post === undefined ? text("prove.none") : text("prove.named", { post: printableText(proof.post) });
    print(
      proof,
      isChanging ? [named] : [text("prove.title"), "", `  ${proof.statement}`, "", named, text("prove.next")],
    );
    return undefined;
  },
};

/** Whoever cannot be asked has to say it in the command: X sees who asks. */
async function agrees({ args, terminal, signal }: CommandContext): Promise<boolean> {
  if (args.flag("yes")) return true;
  if (!terminal.isInteractive) throw new NodeError("USAGE", text("usage.noTerminal", { instead: "--yes" }));
  const { askYes } = await import("../prompts.ts");
  terminal.note(text("check.asks"));
  return await askYes(signal);
}

/** Asks X for the post of a person, after the person at the keyboard agreed; anything but the statement is exit code 4. */
export const checkCommand: Command = {
  args: {
    who: WHO,
    post: { type: "string", description: text("option.checkPost"), valueHint: "URL" },
    yes: { type: "boolean", description: text("option.checkYes") },
  },
  async run(context) {
    const { args, connect, print } = context;
    const client = await connect();
    const who = args.requiredText("who");
    const post = args.text("post");
    const named = await client.call("contact.post", { who });
    if (named.post === undefined && post === undefined) {
      print({ ...named, state: "no-post" }, [text("post.no-post")]);
      return 4;
    }
    if (!(await agrees(context))) return undefined;
    const { state, contact } = await client.call("contact.checkPost", { who, ...(post === undefined ? {} : { post }) });
    print({ ...named, state, contact }, [text(`post.${state}`), describeContact(contact)]);
    return state === "seen" ? undefined : 4;
  },
};
