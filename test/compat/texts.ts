/** What is said in the stored conversation. Folders that were written keep it as it is: add, never change. */
export const TEXTS = {
  arabic: "متى نلتقي؟",
  answer: "at six, by the old library",
  before: "bring the projetcor",
  after: "bring the projector",
  deleted: "never mind",
  liked: "मैं भी आ रही हूँ",
  emoji: "👍",
  last: "see you there",
  draft: "one more thing",
} as const;
