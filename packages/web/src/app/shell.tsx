/** The list and, beside it or instead of it, what was chosen. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ChatList } from "../screens/chat-list.tsx";
import { HomePane } from "../screens/home-pane.tsx";
import { NotThere } from "../screens/not-there.tsx";
import { useMessenger, useText } from "./context.ts";
import {
  ArchiveScreen,
  BackupScreen,
  CallLayer,
  ConversationScreen,
  DevicesScreen,
  GroupScreen,
  GroupsScreen,
  MembersScreen,
  NewChat,
  PersonScreen,
  preloadScreens,
  RequestScreen,
  RoomScreen,
  Settings,
  WordsScreen,
} from "./lazy-screens.ts";
import { formatRoute, type Route } from "./route.ts";
import s from "./shell.module.css";

function Screen({ route }: { readonly route: Route }): JSX.Element {
  switch (route.name) {
    case "home":
      return <HomePane />;
    case "chat":
      return <ConversationScreen account={route.account} message={route.message} />;
    case "person":
      return <PersonScreen key={route.account} account={route.account} />;
    case "request":
      return <RequestScreen account={route.account} />;
    case "groups":
      return <GroupsScreen />;
    case "group":
      return <GroupScreen key={route.group} group={route.group} message={route.message} />;
    case "members":
      return <MembersScreen key={route.group} group={route.group} />;
    case "new":
      return <NewChat way={route.way} />;
    case "settings":
      return <Settings />;
    case "words":
      return <WordsScreen />;
    case "backup":
      return <BackupScreen />;
    case "devices":
      return <DevicesScreen />;
    case "storage":
      return <RoomScreen />;
    case "archive":
      return <ArchiveScreen />;
    case "unknown":
      return <UnknownLink />;
  }
}

/** Where the focus goes on a new screen: its first field with a keyboard at hand, else its heading. */
function focusScreen(main: HTMLElement): boolean {
  const hasKeyboard = matchMedia("(pointer: fine)").matches;
  const field = hasKeyboard ? main.querySelector<HTMLElement>("[data-autofocus]") : null;
  const target = field ?? main.querySelector<HTMLElement>("[data-heading]");
  target?.focus();
  return target !== null;
}

/** Focuses the screen as soon as it is drawn; what it shows may have to be read first. */
function focusWhenDrawn(main: HTMLElement): () => void {
  if (focusScreen(main)) return () => undefined;
  const observer = new MutationObserver(() => {
    if (focusScreen(main)) observer.disconnect();
  });
  observer.observe(main, { childList: true, subtree: true });
  return () => observer.disconnect();
}

/** The row that a route was opened from. */
function rowOf(route: Route | null): HTMLElement | null {
  if (route === null || !("account" in route)) return null;
  return document.querySelector<HTMLElement>(`[data-chat="${route.account}"]`);
}

/** A message that is looked for takes the focus itself, and keeps it when the address forgets it afterwards. */
function isAboutMessage(last: Route | null, route: Route): boolean {
  if (route.name !== "chat" && route.name !== "group") return false;
  if (route.message !== undefined) return true;
  if (last === null || !("message" in last)) return false;
  const { message: _, ...place } = last;
  return formatRoute(place as Route) === formatRoute(route);
}

/** Moves the focus with the route, and back to the row it came from. */
function useRouteFocus(route: Route): { readonly current: HTMLElement | null } {
  const main = useRef<HTMLElement>(null);
  const before = useRef<Route | null>(null);
  const address = formatRoute(route);
  useEffect(() => {
    const last = before.current;
    before.current = route;
    if (last === null && route.name === "home") return;
    if (isAboutMessage(last, route)) return;
    let cancel = (): void => undefined;
    const frame = requestAnimationFrame(() => {
      if (route.name !== "home" && main.current !== null) cancel = focusWhenDrawn(main.current);
      else (rowOf(last) ?? document.querySelector<HTMLElement>("[data-list] a"))?.focus();
    });
    return () => {
      cancelAnimationFrame(frame);
      cancel();
    };
  }, [address]);
  return main;
}

function UnknownLink(): JSX.Element {
  return <NotThere text={useText().say("link.unknown")} />;
}

/** A call that rings or is under way; most pages never load what shows it. */
function Calls(): JSX.Element | null {
  const desk = useMessenger().calls.desk.value;
  return desk === null ? null : <CallLayer desk={desk} />;
}

function OfflineBanner(): JSX.Element {
  return (
    <div class={s.banner} role="status">
      <p>{useText().say("banner.offline")}</p>
    </div>
  );
}

function LostBanner(): JSX.Element | null {
  const { link, isPeer, isOnline } = useMessenger();
  const text = useText();
  if (link.state.value.kind !== "lost") return isPeer && !isOnline.value ? <OfflineBanner /> : null;
  return (
    <div class={s.banner} role="status">
      <p>{text.say("banner.lost")}</p>
      <button type="button" onClick={() => link.dial()}>
        {text.say("banner.retry")}
      </button>
    </div>
  );
}

/** Late enough not to disturb the first drawing, in ms. */
const PRELOAD_AFTER_MS = 1000;

/** The app of a ready account. */
export function Shell(): JSX.Element {
  const { router } = useMessenger();
  const text = useText();
  const route = router.route.value;
  const main = useRouteFocus(route);
  const isHome = route.name === "home";
  useEffect(() => {
    void ConversationScreen.preload();
    const timer = setTimeout(() => void preloadScreens(), PRELOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class={s.frame}>
      <nav aria-label={text.say("app.skip")}>
        <button
          type="button"
          class={s.skip}
          onClick={() => {
            if (main.current !== null) focusScreen(main.current);
          }}
        >
          {text.say("app.skip")}
        </button>
      </nav>
      <LostBanner />
      <div class={`${s.shell} ${isHome ? s.home : s.inside}`}>
        <div class={s.side} data-list="" role={isHome ? "main" : "complementary"}>
          <ChatList isMain={isHome} />
        </div>
        <div
          class={s.main}
          data-pane=""
          role={isHome ? "complementary" : "main"}
          ref={main as { current: HTMLDivElement }}
        >
          <Screen route={route} />
        </div>
      </div>
      <Calls />
    </div>
  );
}
