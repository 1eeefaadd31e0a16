/** Screens that are loaded when they are first shown, or a little earlier. */
import type { FunctionComponent, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useMessenger } from "./context.ts";

/** A component in a file of its own. */
export interface LazyComponent<P> {
  (props: P & JSX.IntrinsicAttributes): JSX.Element;
  /** Loads the file now. @returns false when it did not arrive, as from a node that has stopped. */
  readonly preload: () => Promise<boolean>;
}

/** How long to wait before what did not arrive is asked for again, in ms. */
const RETRY_MS = 2000;

/** Whether something arrived. */
function hasArrived(loading: Promise<unknown>): Promise<boolean> {
  return loading.then(
    () => true,
    () => false,
  );
}

/** Makes a component of one that is loaded, with all words; until then the place is empty and says that it is busy. */
export function lazy<P>(load: () => Promise<FunctionComponent<P>>): LazyComponent<P> {
  let loaded: FunctionComponent<P> | null = null;
  const preload = (): Promise<boolean> =>
    hasArrived(
      load().then((component) => {
        loaded = component;
      }),
    );
  const Lazy = (props: P & JSX.IntrinsicAttributes): JSX.Element => {
    const { preferences } = useMessenger();
    const [Component, setComponent] = useState(() => (preferences.isWhole ? loaded : null));
    useEffect(() => {
      if (Component !== null) return;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let isGone = false;
      const attempt = async (): Promise<void> => {
        const parts = await Promise.all([preload(), hasArrived(preferences.loadWhole())]);
        if (isGone) return;
        if (parts.every(Boolean)) setComponent(() => loaded);
        else timer = setTimeout(() => void attempt(), RETRY_MS);
      };
      void attempt();
      return () => {
        isGone = true;
        clearTimeout(timer);
      };
    }, [Component, preferences]);
    return Component === null ? <div aria-busy="true" /> : <Component {...props} />;
  };
  return Object.assign(Lazy, { preload });
}
