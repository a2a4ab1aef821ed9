import { echoCases } from "../peers/echo-cases.js";
import { plainCases } from "./cases.js";
import { compressedCases } from "./compressed-cases.js";
import { soakCases } from "./soak-cases.js";

/** Cases of our Echo service, for peers that have both ends of it. */
export const echoPrefix = "echo/";
export const plainNames: readonly string[] = Object.keys(plainCases);
export const compressedNames: readonly string[] = Object.keys(compressedCases);
export const soakNames: readonly string[] = Object.keys(soakCases);
export const echoNames: readonly string[] = Object.keys(echoCases).map((name) => `${echoPrefix}${name}`);
export const officialNames: readonly string[] = [...plainNames, ...compressedNames, ...soakNames];

export function without(names: readonly string[], ...excluded: readonly string[]): string[] {
  return names.filter((name) => !excluded.includes(name));
}
