/**
 * Pulls units of a file over one channel. A question is the credit for one answer: what is asked for and not yet written
 * is bounded, so a slow disk holds the sender up and no buffer grows.
 */
import {
  decodeFileAnswer,
  encodeFileQuestion,
  err,
  type FileQuestion,
  type FileRefusal,
  ok,
  partCount,
  partRange,
  type Result,
  unitBuffer,
} from "@kith/protocol";
import type { Channel } from "../ports.ts";

/** Parts asked for and not answered: 984,000 bytes, under what a channel buffers for a reader that is late. */
const WINDOW = 15;

/** Parts asked for and not yet taken: three units. */
const MAX_AHEAD = 48;

/** How long an answer may take, in ms: the whole window over a slow line. */
export const ANSWER_TIMEOUT_MS = 60_000;

/** Why no bytes come: a refusal of the sender, or the link. */
export type PullError = FileRefusal | "lost";

/** A unit that arrived, not yet verified: behind its hash prefix. */
export interface PulledUnit {
  readonly unit: number;
  readonly prefixed: Uint8Array;
}

/** Asks whoever has the file one question. */
export type AskFile = (question: FileQuestion) => Promise<Result<Uint8Array, PullError>>;

/** What is pulled, and from where. */
export interface Pull {
  readonly ask: AskFile;
  /** The direct id. */
  readonly id: Uint8Array;
  readonly sizeBytes: number;
}

interface Place {
  readonly unit: number;
  readonly part: number;
}

/** Asks a device over an open channel. */
export function askDevice(channel: Channel): AskFile {
  return async (question) => {
    const answer = await channel.request(encodeFileQuestion(question), ANSWER_TIMEOUT_MS);
    return answer.ok ? decodeFileAnswer(answer.value) : err("lost");
  };
}

/** Pulls units in the given order; ends with the first error. */
export async function* pullUnits(pull: Pull, units: Iterable<number>): AsyncGenerator<Result<PulledUnit, PullError>> {
  const { sizeBytes } = pull;
  let gathered: PulledUnit = { unit: -1, prefixed: new Uint8Array(0) };
  for await (const { place, answer } of askInTurn(pull, placesOf(sizeBytes, units))) {
    const { unit, part } = place;
    const [start, end] = partRange(sizeBytes, unit, part);
    if (!answer.ok) return yield answer;
    if (answer.value.length !== end - start) return yield err("malformed");
    if (gathered.unit !== unit) gathered = { unit, prefixed: unitBuffer(sizeBytes, unit) };
    gathered.prefixed.set(answer.value, 1 + start);
    if (part + 1 === partCount(sizeBytes, unit)) yield ok(gathered);
  }
}

function* placesOf(sizeBytes: number, units: Iterable<number>): Generator<Place> {
  for (const unit of units) {
    for (let part = 0; part < partCount(sizeBytes, unit); part++) yield { unit, part };
  }
}

interface Answered {
  readonly place: Place;
  readonly answer: Result<Uint8Array, PullError>;
}

async function* askInTurn(pull: Pull, places: Iterator<Place>): AsyncGenerator<Answered> {
  const asked: Promise<Answered>[] = [];
  let open = 0;
  let isEnded = false;
  async function ask(place: Place): Promise<Answered> {
    open += 1;
    const answer = await pull.ask({ type: "part", id: pull.id, ...place });
    open -= 1;
    fill();
    return { place, answer };
  }
  // Filled up by each answer too: the line stays busy while a unit is verified and written.
  function fill(): void {
    while (!isEnded && open < WINDOW && asked.length < MAX_AHEAD) {
      const next = places.next();
      if (next.done === true) return;
      asked.push(ask(next.value));
    }
  }
  try {
    fill();
    for (let first = asked.shift(); first !== undefined; first = asked.shift()) {
      const answered = await first;
      fill();
      yield answered;
    }
  } finally {
    isEnded = true;
  }
}
