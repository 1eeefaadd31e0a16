/** The post on X that proves a person's handle: look for it, open it, and compare what it says. */
import type { Contact, Methods } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { plainName } from "../i18n/bidi.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Form, TextField } from "../parts/field.tsx";
import { Section } from "../parts/pane.tsx";
import s from "./trust-section.module.css";

type Post = Methods["contact.post"]["result"];
type State = Methods["contact.checkPost"]["result"]["state"];

interface PostProps {
  readonly person: Contact;
  readonly onChange: (contact: Contact) => void;
}

function Check(props: PostProps & { readonly post: Post; readonly state: Signal<State | null> }): JSX.Element {
  const { person, post, state } = props;
  const messenger = useMessenger();
  const text = useText();
  const pasted = useSignal("");
  const isBusy = useSignal(false);
  const check = async (given: { readonly text?: string }): Promise<void> => {
    if (isBusy.value) return;
    isBusy.value = true;
    await messenger.run(async () => {
      const answer = await messenger.link.call("contact.checkPost", { who: person.account, ...given });
      state.value = answer.state;
      messenger.chats.noteContact(answer.contact);
      props.onChange(answer.contact);
    });
    isBusy.value = false;
  };
  const place = `https://x.com/${post.handle}/status/${post.post}`;
  return (
    <>
      <p>{text.say("post.open", { handle: `@${post.handle}` })}</p>
      <a class={s.link} dir="ltr" href={place} target="_blank" rel="noreferrer noopener">
        {place}
      </a>
      <code class={s.statement} dir="ltr">
        {post.statement}
      </code>
      <Form onSubmit={() => void check({ text: pasted.value })}>
        <TextField label={text.say("post.paste")} value={pasted} rows={3} isLtr help={text.say("post.pasteHelp")} />
        <ButtonRow>
          <Button isSubmit isBusy={isBusy.value}>
            {text.say("post.compare")}
          </Button>
          {post.canFetch ? (
            <Button kind="quiet" isDisabled={isBusy.value} onClick={() => void check({})}>
              {text.say("post.ask")}
            </Button>
          ) : null}
        </ButtonRow>
      </Form>
      {post.canFetch ? <p class={s.time}>{text.say("post.askNote")}</p> : null}
    </>
  );
}

/** Nothing is looked for before the person asks, and nothing is asked of X without a second click. */
export function PostSection({ person, onChange }: PostProps): JSX.Element | null {
  const messenger = useMessenger();
  const text = useText();
  const post = useSignal<Post | null>(null);
  const state = useSignal<State | null>(null);
  const isBusy = useSignal(false);
  if (person.handle === undefined) return null;
  const look = async (): Promise<void> => {
    if (isBusy.value) return;
    isBusy.value = true;
    await messenger.run(async () => {
      post.value = await messenger.link.call("contact.post", { who: person.account });
      state.value = post.value.post === undefined ? "no-post" : null;
    });
    isBusy.value = false;
  };
  const found = post.value;
  return (
    <Section title={text.say("post.title")}>
      <p>{text.say("post.text", { name: plainName(person.name), handle: `@${person.handle}` })}</p>
      {found?.post === undefined ? (
        <ButtonRow>
          <Button isBusy={isBusy.value} onClick={() => void look()}>
            {text.say("post.look")}
          </Button>
        </ButtonRow>
      ) : (
        <Check person={person} onChange={onChange} post={found} state={state} />
      )}
      <p role="status">{state.value === null ? "" : text.say(`postState.${state.value}`)}</p>
    </Section>
  );
}
