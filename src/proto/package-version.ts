/** The version that a package ends with, as its last name. */
export const versionSuffix: RegExp =
  /^v[1-9]\d*(?:test.*|(?:alpha|beta)[1-9]\d*|p[1-9]\d*(?:(?:alpha|beta)[1-9]\d*)?|(?:alpha|beta))?$/;

/** What a package's version says; undefined for a package without one. */
export function stabilityOf(name: string): "stable" | "unstable" | undefined {
  const last = name.slice(name.lastIndexOf(".") + 1);
  if (!name.includes(".") || !versionSuffix.test(last)) return undefined;
  return /^v\d+$/.test(last) ? "stable" : "unstable";
}
