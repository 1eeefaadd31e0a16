/** Icons that only calls need. */
import type { JSX } from "preact";
import { PathIcon } from "../../parts/icon.tsx";

const PATHS = {
  microphone:
    "M12 3.500a2.800 2.800 0 0 1 2.800 2.800v5a2.800 2.800 0 0 1-5.600 0v-5A2.800 2.800 0 0 1 12 3.500ZM6 11.500a6 6 0 0 0 12 0M12 17.500v3",
  microphoneOff:
    "M14.800 9V6.300a2.800 2.800 0 0 0-5.400-1M9.200 9.500v1.800a2.800 2.800 0 0 0 4.300 2.400M6 11.500a6 6 0 0 0 9.600 4.800M18 11.500a6 6 0 0 1-.6 2.600M12 17.500v3M4 4l16 16",
  camera: "M4 7h10.500v10H4ZM14.500 10.700 20 7.500v9l-5.500-3.200",
  cameraOff: "M8 7h6.500v6.500M14.500 10.700 20 7.500v9M14.500 17H4V7M3.500 3.500l17 17",
  screen: "M3.500 5h17v11h-17ZM8.500 20h7M12 16v4M9.500 10.500 12 8l2.500 2.500M12 8v5",
  screenOff: "M3.500 5h17v11h-17ZM8.500 20h7M12 16v4M9.800 8.300l4.400 4.400M14.200 8.300l-4.400 4.400",
  devices: "M4 7h9M17 7h3M4 12h3M11 12h9M4 17h9M17 17h3M15 5v4M9 10v4M15 15v4",
  hangUp: "M3.500 13.800c0-4 17-4 17 0v2l-4.500-.8v-2.200a17 17 0 0 0-8 0V15l-4.500.8Z",
  small: "M20 4l-6.500 6.500M13.500 5.500v5h5M4 20l6.500-6.500M5.500 13.500h5v5",
  large: "M14 10l6-6M15 4h5v5M10 14l-6 6M4 15v5h5",
} as const;

/** The name of an icon of calls. */
export type CallIconName = keyof typeof PATHS;

/** An icon of calls. */
export function CallIcon({ name }: { readonly name: CallIconName }): JSX.Element {
  return <PathIcon path={PATHS[name]} />;
}
