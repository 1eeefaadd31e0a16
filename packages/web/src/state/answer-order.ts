/** Which of several answers to one question is the newest: they can overtake each other, and come after the account was closed. */

/** Counts questions and the answers that were shown. */
export class AnswerOrder {
  #asked = 0;
  #shown = 0;

  /** Call it with the question. @returns what says, once the answer is there, whether it is to be shown. */
  ask(): () => boolean {
    this.#asked += 1;
    const number = this.#asked;
    return () => {
      const isNewest = number > this.#shown;
      if (isNewest) this.#shown = number;
      return isNewest;
    };
  }

  /** Nothing that was asked until now is to be shown. */
  forget(): void {
    this.#shown = this.#asked;
  }
}
