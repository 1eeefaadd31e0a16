/** What a method takes that has no parameters. */
export interface NoParams {
  readonly [never: string]: never;
}
