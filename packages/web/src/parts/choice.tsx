/** One of a few: radio buttons drawn as a row. */
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import s from "./choice.module.css";

/** A choice with words for every value. */
export function Choice<V extends string>(props: {
  readonly label: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly label: string; readonly language?: string }[];
  readonly onChange: (value: V) => void;
}): JSX.Element {
  const name = useId();
  return (
    <fieldset class={s.choice}>
      <legend>{props.label}</legend>
      <div class={s.row}>
        {props.options.map((option) => (
          <label key={option.value} lang={option.language}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === props.value}
              onChange={() => props.onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
