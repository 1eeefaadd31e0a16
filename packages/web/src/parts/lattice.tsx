/** The faint star lattice behind a conversation. */
import type { JSX } from "preact";
import s from "./lattice.module.css";

const STAR =
  "M44 20.5 50.9 27.1H60.9V37.1L67.5 44 60.9 50.9V60.9H50.9L44 67.5 37.1 60.9H27.1V50.9L20.5 44 27.1 37.1V27.1H37.1Z";
const HEART =
  "M44 31 47.6 35.3 53.2 34.8 52.7 40.4 57 44 52.7 47.6 53.2 53.2 47.6 52.7 44 57 40.4 52.7 34.8 53.2 35.3 47.6 31 44 35.3 40.4 34.8 34.8 40.4 35.3Z";
const BARS = "M44 0v20.5M44 67.5V88M0 44h20.5M67.5 44H88M60.9 27.1 88 0M27.1 27.1 0 0M27.1 60.9 0 88M60.9 60.9 88 88";

/** Drawn once, under everything. */
export function Lattice(): JSX.Element {
  return (
    <svg class={s.lattice} aria-hidden="true">
      <defs>
        <pattern id="lattice" width="88" height="88" patternUnits="userSpaceOnUse">
          <g fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round">
            <path d={STAR} />
            <path d={HEART} />
            <path d={BARS} />
          </g>
        </pattern>
      </defs>
      <rect width="100%" height="100%" fill="url(#lattice)" />
    </svg>
  );
}
