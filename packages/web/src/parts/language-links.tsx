/** The languages by their own names, for people who cannot read the one on show. */
import type { JSX } from "preact";
import { useMessenger } from "../app/context.ts";
import { LANGUAGES } from "../i18n/language.ts";
import s from "./language-links.module.css";

/** A row of buttons, each in its own language. */
export function LanguageLinks(): JSX.Element {
  const { preferences } = useMessenger();
  const current = preferences.text.value.language;
  return (
    <div class={s.row}>
      {LANGUAGES.map(({ language, name }) => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-pressed={language === current}
          onClick={() => void preferences.setLanguage(language)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
