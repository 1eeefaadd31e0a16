/**
 * The jali: an eight-fold lattice drawn from an account. It helps recognition; it never replaces the safety number. Where
 * people showed a picture of themselves, that stands in its place.
 */
import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger } from "../app/context.ts";
import type { Pictures } from "../state/pictures.ts";
import s from "./avatar.module.css";

/** Ground, petal and bead. */
const PALETTES = [
  ["#5d3a66", "#e7c9a4", "#c98bb9"],
  ["#2f5d62", "#f0d9ae", "#8cc0a8"],
  ["#8a4b2d", "#f3dcc0", "#e0a45e"],
  ["#3b4a7a", "#e9dcc9", "#9db0dd"],
  ["#6b6a2c", "#f2e8c4", "#c6b95a"],
  ["#7a3148", "#f4d9cf", "#e39a8c"],
] as const;

const PETALS = 8;

/** Numbers from 0 to 1 that a text always gives again (FNV-1a, then mixing steps). */
function numbersOf(seed: string): () => number {
  let hash = 2166136261;
  for (const character of seed) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619) >>> 0;
  return () => {
    hash = Math.imul(hash ^ (hash >>> 15), 2246822507) >>> 0;
    hash = (hash ^ (hash >>> 13)) >>> 0;
    return hash / 2 ** 32;
  };
}

interface AvatarProps {
  readonly account: string;
  readonly size?: "small" | "middle" | "large";
  /** Less than eight only while an account is being made. */
  readonly petals?: number;
  /** The picture of that account, where it has one; the own one with `isOwn`. */
  readonly pictureId?: string | undefined;
  readonly isOwn?: boolean;
  /** `account` is a group. */
  readonly isGroup?: boolean;
}

/** The picture or the drawing of an account. */
export function Avatar(props: AvatarProps): JSX.Element {
  const { pictures } = useMessenger();
  const url = props.pictureId === undefined ? null : urlOf(pictures, props, props.pictureId).value;
  return (
    <span class={`${s.avatar} ${s[props.size ?? "usual"]}`}>
      {url === null ? <Lattice {...props} /> : <img src={url} alt="" draggable={false} />}
    </span>
  );
}

function urlOf(
  pictures: Pictures,
  { account, isOwn, isGroup }: AvatarProps,
  id: string,
): ReadonlySignal<string | null> {
  if (isGroup === true) return pictures.ofGroup(account, id);
  return pictures.of(isOwn === true ? undefined : account, id);
}

function Lattice(props: AvatarProps): JSX.Element {
  const next = numbersOf(props.account);
  const [ground, petal, bead] = PALETTES[Math.floor(next() * PALETTES.length)] ?? PALETTES[0];
  const beads = 3 + Math.floor(next() * 3);
  const half = (7 + next() * 5) * 0.55;
  const reach = 17 + next() * 6;
  const waist = 9 + next() * 8;
  const shape = `M32 ${32 - reach}L${32 + half} ${32 - waist}L32 ${32 - waist * 0.42}L${32 - half} ${32 - waist}Z`;
  return (
    <svg viewBox="0 0 64 64" aria-hidden="true">
      <rect width="64" height="64" fill={ground} />
      {Array.from({ length: props.petals ?? PETALS }, (_, at) => (
        <g key={at * 45} transform={`rotate(${at * 45} 32 32)`}>
          <path d={shape} fill={at % 2 === 1 && beads > 3 ? bead : petal} />
          <circle cx="32" cy={32 - reach - 4.5} r={beads - 1.3} fill={bead} />
        </g>
      ))}
      <circle cx="32" cy="32" r={2 + beads * 0.5} fill={props.petals === 0 ? petal : ground} />
    </svg>
  );
}
