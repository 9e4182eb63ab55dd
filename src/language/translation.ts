/** The same texts in another language: every key is there, every function takes the same arguments. */
export type Translation<English> = {
  readonly [Key in keyof English]: English[Key] extends (...args: infer Args) => string
    ? (...args: Args) => string
    : English[Key] extends string
      ? string
      : Translation<English[Key]>;
};
