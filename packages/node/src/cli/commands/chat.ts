/** `chat`: a conversation in this terminal. */
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { WHO } from "../options.ts";

/** Opens the chat screen, or plain lines with --plain and wherever nobody sits at the terminal. */
export const chatCommand: Command = {
  isLongRunning: true,
  args: { who: WHO, plain: { type: "boolean", description: text("option.plain") } },
  async run({ args, connect, terminal, signal, isJson }) {
    const client = await connect();
    const who = args.requiredText("who");
    if (args.flag("plain") || isJson || !terminal.isInteractive) {
      const { runPlainChat } = await import("../../chat/plain-chat.ts");
      await runPlainChat({ client, who, terminal, signal, isJson });
    } else {
      const { runChatScreen } = await import("../../chat/chat-screen.ts");
      await runChatScreen({ client, who, signal });
    }
    return undefined;
  },
};
