/** Line icons on a 24-unit grid. Those that point along the line of reading are mirrored in right-to-left pages. */
import type { ComponentChildren, JSX, TargetedMouseEvent } from "preact";
import s from "./icon.module.css";

const PATHS = {
  search: "M4.8 11a6.2 6.2 0 1 0 12.4 0 6.2 6.2 0 0 0-12.4 0ZM15.7 15.700l4.3 4.3",
  pen: "M4.5 19.500l.9-4L16 4.900a1.9 1.9 0 0 1 2.7 0l.4.4a1.9 1.9 0 0 1 0 2.700L8.5 18.600l-4 .9ZM14 7l3 3",
  sliders:
    "M4 7.5h8M17 7.5h3M4 16.5h3M12 16.5h8M14.5 5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM9.5 14a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z",
  back: "m14.5 5.5-6.5 6.5 6.5 6.5",
  send: "M4.5 5.2 20 12 4.5 18.800l2.3-6.8-2.3-6.800ZM6.8 12H13",
  close: "M6.5 6.500l11 11M17.5 6.500l-11 11",
  info: "M12 3.700a8.3 8.3 0 1 0 0 16.6 8.3 8.3 0 0 0 0-16.600ZM12 11.200v5M12 7.900v.01",
  warn: "M12 4.2 20.5 19h-17L12 4.200ZM12 10v4.300M12 16.700v.01",
  down: "m6 9.5 6 6 6-6",
  at: "M15.5 12a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0Zm0 0v1.200a2.4 2.4 0 0 0 4.8 0V12A8.3 8.3 0 1 0 16.5 19",
  link: "M10 14a4 4 0 0 0 5.8.2l3-3a4 4 0 0 0-5.7-5.700l-1 1M14 10a4 4 0 0 0-5.8-.2l-3 3a4 4 0 0 0 5.7 5.700l1-1",
  code: "M4.5 4.500h5.500v5.500H4.500ZM14 4.500h5.500v5.500H14ZM4.5 14h5.500v5.500H4.500ZM14 14h2.500v2.500M19.5 14v5.500H17M14 19.500v-.01",
  lock: "M6.5 11h11v8.500h-11ZM8.8 11V8.200a3.2 3.2 0 0 1 6.4 0V11",
  reply: "M9.500 7 5 11.500l4.500 4.500M5.500 11.500H14a5 5 0 0 1 5 5v1.500",
  forward: "M14.500 7 19 11.500l-4.500 4.500M18.500 11.500H10a5 5 0 0 0-5 5v1.500",
  copy: "M8.500 8.500h10.500V19H8.500ZM15.500 8.500V5H5v10.500h3.500",
  trash: "M5 7h14M9.500 7V4.500h5V7M7 7l.8 12.500h8.400L17 7M10.500 10.500v5.500M13.500 10.500v5.500",
  more: "M5.500 12v.01M12 12v.01M18.500 12v.01",
  smile:
    "M12 3.700a8.300 8.300 0 1 0 0 16.600 8.300 8.300 0 0 0 0-16.600ZM8.500 14a4.200 4.200 0 0 0 7 0M9.200 9.800v.01M14.800 9.800v.01",
  pin: "M9 4.500h6l-1 5.500 3 3v1.500H7V13l3-3-1-5.500ZM12 14.500V20",
  mute: "M6.500 16.500V11a5.500 5.500 0 0 1 8.500-4.600M17.500 11v5.500M5 16.500h11M10.300 19.500a2 2 0 0 0 3.400 0M4.500 4.500l15 15",
  bell: "M6.500 16.500V11a5.500 5.500 0 0 1 11 0v5.500M5 16.500h14M10.300 19.500a2 2 0 0 0 3.400 0",
  archive: "M4.500 5h15v4h-15ZM6 9v10h12V9M10 12.500h4",
  dot: "M12 8.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7Z",
  timer: "M12 6.500a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM12 9.800v3.700l2.300 1.500M9.500 3.500h5",
  file: "M7 3.500h6.500L18 8v12.500H7ZM13.500 3.500V8H18",
  attach:
    "M18.500 11.500l-6.800 6.800a4.200 4.200 0 0 1-6-6l7.200-7.200a2.800 2.800 0 0 1 4 4l-7.100 7.100a1.400 1.400 0 0 1-2-2l6.200-6.200",
  phone:
    "M6.200 4h3l1.500 4-2 1.700a12 12 0 0 0 5.600 5.600l1.700-2 4 1.500v3a1.700 1.700 0 0 1-1.800 1.700A15.500 15.500 0 0 1 4.500 5.800 1.700 1.700 0 0 1 6.200 4Z",
  video: "M4 7h10.500v10H4ZM14.500 10.700 20 7.500v9l-5.500-3.200",
  check: "m5 12.5 4.5 4.500L19 7",
} as const;

/** Those that point along the line of reading. */
const MIRRORED: readonly string[] = ["back", "send", "reply", "forward"];

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** A picture that says nothing by itself: the control it stands in has the words. */
export function Icon({ name, size }: { readonly name: IconName; readonly size?: "small" }): JSX.Element {
  const isMirrored = MIRRORED.includes(name);
  return (
    <svg
      class={`${s.icon} ${size === "small" ? s.small : ""} ${isMirrored ? "mirrored" : ""}`}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** An icon of a screen that brings its own drawings. */
export function PathIcon({ path }: { readonly path: string }): JSX.Element {
  return (
    <svg class={s.icon} viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

/** A shield with a tick: the safety number was compared. */
export function Seal({ label }: { readonly label: string }): JSX.Element {
  return (
    <span class={s.seal} role="img" aria-label={label} title={label}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M8 .8 13.9 2.900v4.600c0 3.7-2.5 6.2-5.9 7.7-3.4-1.5-5.9-4-5.9-7.700V2.900Z" fill="currentColor" />
        <path class={s.tick} d="m5.1 7.9 2.1 2 3.7-4.1" />
      </svg>
    </span>
  );
}

/** Two points: joined, with one between, or apart. */
export function PathLine({ way }: { readonly way: "direct" | "relayed" }): JSX.Element {
  return (
    <svg class={s.path} viewBox="0 0 27 14" aria-hidden="true">
      <circle cx="3.5" cy="7" r="2.6" />
      <circle cx="23.5" cy="7" r="2.6" />
      {way === "relayed" ? <circle cx="13.5" cy="7" r="2" /> : null}
      <path d="M7.5 7h12" />
    </svg>
  );
}

/** A button that is only an icon; `label` is its name. */
export function IconButton(props: {
  readonly icon: IconName;
  readonly label: string;
  readonly hasMenu?: boolean;
  readonly onClick: (event: TargetedMouseEvent<HTMLButtonElement>) => void;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <button
      type="button"
      class={s.button}
      aria-label={props.label}
      aria-haspopup={props.hasMenu === true ? "menu" : undefined}
      title={props.label}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
      {props.children}
    </button>
  );
}

/** A link that is only an icon. */
export function IconLink(props: {
  readonly icon: IconName;
  readonly label: string;
  readonly href: string;
  readonly class?: string | undefined;
}): JSX.Element {
  return (
    <a class={`${s.button} ${props.class ?? ""}`} aria-label={props.label} title={props.label} href={props.href}>
      <Icon name={props.icon} />
    </a>
  );
}
