/** A chat on any site: whoever opens the page talks to the person whose invite follows the `#` of its address. */
import { createMessenger } from "@kith/client/browser";

const list = document.querySelector("ol") as HTMLOListElement;
const form = document.querySelector("form") as HTMLFormElement;
const messenger = await createMessenger({ name: "chat" });
const { state } = await messenger.call("account.status", {});
if (state === "none") await messenger.call("account.create", {});
const [known] = await messenger.call("contact.list", {});
const { account: who } = known ?? (await messenger.call("invite.join", { invite: location.hash.slice(1) }));

const draw = async () => {
  const messages = await messenger.call("message.list", { who });
  const lines = messages.map(({ isOwn, text, state }) => (isOwn ? `You: ${text} (${state})` : text));
  list.replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  form.hidden = false;
};
messenger.on("message.received", draw);
messenger.on("message.changed", draw);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await messenger.call("message.send", { who, text: `${new FormData(form).get("text")}` });
  form.reset();
});
await draw();
