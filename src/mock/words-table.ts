import type { Random } from "../base/clock.js";
import { pickOne, randomHex, wholeBetween } from "./seeded.js";

const firstNames = [
  "Ada",
  "Bela",
  "Carla",
  "Dario",
  "Edith",
  "Farid",
  "Greta",
  "Hiro",
  "Ines",
  "Jonas",
  "Kira",
  "Lucas",
];
const lastNames = [
  "Abel",
  "Brandt",
  "Costa",
  "Dahl",
  "Evans",
  "Fischer",
  "Garcia",
  "Hansen",
  "Ito",
  "Jensen",
  "Kovacs",
];
const cities = ["Aarhus", "Bergen", "Bologna", "Kyoto", "Leipzig", "Lyon", "Porto", "Quito", "Utrecht", "Zagreb"];
const countries = ["Denmark", "Norway", "Italy", "Japan", "Germany", "France", "Portugal", "Ecuador", "Croatia"];
const streets = ["Mill Lane", "Station Road", "Harbour Street", "Park Avenue", "Church Street", "High Street"];
const nouns = ["lamp", "kettle", "bicycle", "notebook", "window", "garden", "engine", "ticket", "parcel", "camera"];
const adjectives = ["small", "green", "quiet", "sturdy", "round", "plain", "swift", "warm", "bright", "spare"];

function first(random: Random): string {
  return pickOne(firstNames, random);
}

function last(random: Random): string {
  return pickOne(lastNames, random);
}

function thing(random: Random): string {
  return `${pickOne(adjectives, random)} ${pickOne(nouns, random)}`;
}

export function uuidOf(random: Random): string {
  const hex = randomHex(30, random);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-a${hex.slice(15, 18)}-${hex.slice(18)}`;
}

/** 2026-01-01, and up to a year behind it: the same for the same chance, whenever it is asked. */
export function momentOf(random: Random): Date {
  return new Date(Date.UTC(2026, 0, 1) + wholeBetween(0, 365 * 86_400, random) * 1_000);
}

type TextMaker = (random: Random) => string;

/** What a string is by its field's name; the first that fits counts. */
const texts: readonly (readonly [RegExp, TextMaker])[] = [
  [/e_?mail/, (random) => `${first(random)}.${last(random)}@example.com`.toLowerCase()],
  [/phone|mobile|(^|_)fax/, (random) => `+1-555-01${wholeBetween(10, 99, random)}`],
  [/(^|_)(url|uri|link|website|homepage|href)$/, (random) => `https://example.com/${pickOne(nouns, random)}`],
  [/(^|_)(image|avatar|photo|picture|icon)/, (random) => `https://example.com/${pickOne(nouns, random)}.png`],
  [/(^|_)ip(_|$)|ip_address/, (random) => `192.0.2.${wholeBetween(1, 254, random)}`],
  [/host(name)?$|domain/, (random) => `${pickOne(nouns, random)}.example.com`],
  [/uuid|guid|(^|_)id$|_id$|^id_|(^|_)key$/, uuidOf],
  [/token|secret|hash|checksum|etag|digest/, (random) => randomHex(32, random)],
  [/password/, () => "********"],
  [/first_?name|given_?name/, first],
  [/last_?name|family_?name|surname/, last],
  [/user_?name|login|nick|handle/, (random) => `${first(random)}${wholeBetween(1, 99, random)}`.toLowerCase()],
  [/(product|item|article|file|project|service|group)_?name|title|subject|article|product/, thing],
  [/name$|author|owner|customer|person/, (random) => `${first(random)} ${last(random)}`],
  [/city|town/, (random) => pickOne(cities, random)],
  [/country_?code/, (random) => pickOne(["DK", "NO", "IT", "JP", "DE", "FR", "PT"], random)],
  [/country/, (random) => pickOne(countries, random)],
  [/street|address/, (random) => `${wholeBetween(1, 120, random)} ${pickOne(streets, random)}`],
  [/zip|postal|post_?code/, (random) => String(wholeBetween(10_000, 99_999, random))],
  [/currency/, (random) => pickOne(["EUR", "USD", "JPY", "DKK"], random)],
  [/language|locale/, (random) => pickOne(["en-GB", "de-DE", "fr-FR", "ja-JP"], random)],
  [/(^|_)(time|timestamp|at)$|_at$/, (random) => momentOf(random).toISOString()],
  [/date|birthday/, (random) => momentOf(random).toISOString().slice(0, 10)],
  [/colou?r/, (random) => `#${randomHex(6, random)}`],
  [/version/, (random) => `${wholeBetween(0, 3, random)}.${wholeBetween(0, 20, random)}.${wholeBetween(0, 9, random)}`],
  [/mime|content_type/, () => "application/json"],
  [/page_?token|cursor/, (random) => randomHex(16, random)],
  [
    /description|text|message|comment|note|body|content|summary|reason/,
    (random) => `A ${thing(random)} and a ${thing(random)}.`,
  ],
];

/** A string that a field of this name (in snake case) may have. */
export function textFor(name: string, random: Random): string {
  const found = texts.find(([pattern]) => pattern.test(name));
  return found === undefined ? thing(random) : found[1](random);
}

const numbers: readonly (readonly [RegExp, number, number])[] = [
  [/latitude|(^|_)lat$/, -80, 80],
  [/longitude|(^|_)(lon|lng)$/, -180, 180],
  [/percent|ratio|rate|score/, 0, 100],
  [/(^|_)age$/, 18, 90],
  [/year/, 1990, 2026],
  [/month/, 1, 12],
  [/(^|_)day$/, 1, 28],
  [/hour/, 0, 23],
  [/minute|second/, 0, 59],
  [/port$/, 1_024, 65_535],
  [/cents|price|amount|cost|total/, 100, 99_999],
  [/bytes|size/, 1, 100_000],
  [/count|quantity|number_of|num_/, 0, 50],
  [/(^|_)id$|_id$/, 1, 1_000_000],
];

/** The range that numbers of a field of this name are in. */
export function rangeFor(name: string): readonly [min: number, max: number] {
  const found = numbers.find(([pattern]) => pattern.test(name));
  return found === undefined ? [0, 1_000] : [found[1], found[2]];
}
