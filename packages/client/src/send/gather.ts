/** Waits for as many answers as are needed, and hands on those that come later. */

/**
 * The first answers that are enough together, or all of them when they never are.
 * @param onLate gets each answer that comes after the result; it must not throw.
 * @returns rejects with the first rejection that comes before the result; later ones are dropped.
 */
export function gatherEnough<T>(
  answers: readonly Promise<T>[],
  isEnough: (gathered: readonly T[]) => boolean,
  onLate: (answer: T) => void,
): Promise<readonly T[]> {
  const gathered: T[] = [];
  let isDone = answers.length === 0;
  if (isDone) return Promise.resolve(gathered);
  return new Promise((resolve, reject) => {
    const take = (answer: T): void => {
      if (isDone) {
        onLate(answer);
        return;
      }
      gathered.push(answer);
      if (gathered.length < answers.length && !isEnough(gathered)) return;
      isDone = true;
      resolve(gathered);
    };
    const fail = (cause: unknown): void => {
      isDone = true;
      reject(cause);
    };
    for (const answer of answers) answer.then(take, fail);
  });
}
