/** A QR code, on white with its quiet zone in both themes, since scanners need it. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import s from "./qr-code.module.css";

const QUIET_MODULES = 4;

function pathOf(rows: readonly (readonly boolean[])[]): string {
  let path = "";
  rows.forEach((row, y) => {
    row.forEach((isDark, x) => {
      if (isDark) path += `M${x} ${y}h1v1h-1z`;
    });
  });
  return path;
}

/** Draws `text`; the encoder is loaded when the first code is shown. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }): JSX.Element {
  const [rows, setRows] = useState<readonly (readonly boolean[])[]>([]);
  useEffect(() => {
    let isCurrent = true;
    void import("qr").then(({ encodeQR }) => {
      if (isCurrent) setRows(encodeQR(text, "raw", { ecc: "low", border: QUIET_MODULES }));
    });
    return () => {
      isCurrent = false;
    };
  }, [text]);
  return (
    <svg class={s.code} viewBox={`0 0 ${rows.length || 1} ${rows.length || 1}`} role="img" aria-label={label}>
      <path d={pathOf(rows)} />
    </svg>
  );
}
