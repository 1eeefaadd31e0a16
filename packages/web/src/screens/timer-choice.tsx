/** A choice of how long messages live: a few usual times, or one of one's own. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useText } from "../app/context.ts";
import type { TextKey } from "../i18n/catalogue.ts";
import { Button, ButtonRow } from "../parts/button.tsx";
import { Choice } from "../parts/choice.tsx";
import { Field, Form } from "../parts/field.tsx";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The bounds of the protocol. */
const MIN_VANISH_AFTER_MS = 30_000;
const MAX_VANISH_AFTER_MS = 28 * DAY_MS;

const USUAL_MS: readonly number[] = [
  MIN_VANISH_AFTER_MS,
  5 * MINUTE_MS,
  HOUR_MS,
  8 * HOUR_MS,
  DAY_MS,
  7 * DAY_MS,
  MAX_VANISH_AFTER_MS,
];

const UNITS: Readonly<Record<string, { readonly label: TextKey; readonly ms: number }>> = {
  minutes: { label: "timer.minutes", ms: MINUTE_MS },
  hours: { label: "timer.hours", ms: HOUR_MS },
  days: { label: "timer.days", ms: DAY_MS },
};

/** A number written with the digits of any script the app speaks. */
function readNumber(written: string): number {
  const digits = written.trim().replace(/[٠-٩۰-۹०-९]/g, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    return String((code & 0xf) - (code >= 0x966 && code <= 0x96f ? 6 : 0));
  });
  return /^\d{1,6}$/.test(digits) ? Number(digits) : Number.NaN;
}

function OwnTime({ onSet }: { readonly onSet: (afterMs: number) => void }): JSX.Element {
  const text = useText();
  const amount = useSignal("");
  const unit = useSignal("hours");
  const error = useSignal<string | undefined>(undefined);
  const submit = (): void => {
    const afterMs = readNumber(amount.value) * (UNITS[unit.value]?.ms ?? 0);
    const isInBounds = afterMs >= MIN_VANISH_AFTER_MS && afterMs <= MAX_VANISH_AFTER_MS;
    error.value = isInBounds ? undefined : text.say("error.TIMER_INVALID");
    if (isInBounds) onSet(afterMs);
  };
  return (
    <Form onSubmit={submit}>
      <Field label={text.say("timer.amount")} value={amount} maxLength={6} error={error.value} isFocused />
      <Choice
        label={text.say("timer.unit")}
        value={unit.value}
        options={Object.entries(UNITS).map(([value, { label }]) => ({ value, label: text.say(label) }))}
        onChange={(value) => {
          unit.value = value;
        }}
      />
      <ButtonRow>
        <Button isSubmit>{text.say("timer.set")}</Button>
      </ButtonRow>
    </Form>
  );
}

/** The times, and none at all. */
export function TimerChoice(props: {
  readonly label: string;
  readonly afterMs: number | undefined;
  readonly onSet: (afterMs: number | null) => void;
}): JSX.Element {
  const text = useText();
  const { label, afterMs } = props;
  const isOwnTime = useSignal(false);
  const set = (chosenMs: number | null): void => {
    isOwnTime.value = false;
    props.onSet(chosenMs);
  };
  const times = USUAL_MS.includes(afterMs ?? MIN_VANISH_AFTER_MS) ? USUAL_MS : [...USUAL_MS, afterMs ?? 0];
  const options = [
    { value: "off", label: text.say("timer.off") },
    ...times.toSorted((a, b) => a - b).map((ms) => ({ value: String(ms), label: text.duration(ms) })),
    { value: "own", label: text.say("timer.other") },
  ];
  return (
    <>
      <Choice
        label={label}
        value={isOwnTime.value ? "own" : String(afterMs ?? "off")}
        options={options}
        onChange={(value) => {
          if (value === "own") isOwnTime.value = true;
          else set(value === "off" ? null : Number(value));
        }}
      />
      {isOwnTime.value ? <OwnTime onSet={set} /> : null}
    </>
  );
}
