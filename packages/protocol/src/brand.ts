/** A nominal type over `Base`: values of one brand cannot be passed where another is asked for. */
export type Brand<Base, Name extends string> = Base & { readonly __brand: Name };
