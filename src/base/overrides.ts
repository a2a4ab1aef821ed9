/** Some of a set of options. One that is undefined has its default. */
export type Overrides<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

/** The defaults with what was given in their place; what is undefined was not given. */
export function withOverrides<T extends object>(defaults: T, overrides: Overrides<T> | undefined): T {
  const result = { ...defaults };
  for (const name in overrides) {
    const value = overrides[name];
    if (value !== undefined) result[name] = value as T[typeof name];
  }
  return result;
}
