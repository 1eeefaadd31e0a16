/** Screens that are loaded when they are first shown, or a little earlier. */
import type { FunctionComponent, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useMessenger } from "./context.ts";

/** A component in a file of its own. */
export interface LazyComponent<P> {
  (props: P & JSX.IntrinsicAttributes): JSX.Element;
  /** Loads the file now. */
  readonly preload: () => Promise<void>;
}

/** Makes a component of one that is loaded, with all words; until then the place is empty and says that it is busy. */
export function lazy<P>(load: () => Promise<FunctionComponent<P>>): LazyComponent<P> {
  let loaded: FunctionComponent<P> | null = null;
  const preload = async (): Promise<void> => {
    loaded = await load();
  };
  const Lazy = (props: P & JSX.IntrinsicAttributes): JSX.Element => {
    const { preferences } = useMessenger();
    const [Component, setComponent] = useState(() => (preferences.isWhole ? loaded : null));
    useEffect(() => {
      if (Component !== null) return;
      void Promise.all([preload(), preferences.loadWhole()]).then(() => setComponent(() => loaded));
    }, [Component, preferences]);
    return Component === null ? <div aria-busy="true" /> : <Component {...props} />;
  };
  return Object.assign(Lazy, { preload });
}
