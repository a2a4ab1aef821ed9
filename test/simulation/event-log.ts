/** Detail of an event: numbers and short words. */
export type Detail = number | string;

/**
 * What happened, in order. Always a hash of it, by which two runs of a seed are compared; the text as well when somebody
 * is to read it.
 */
export class EventLog {
  readonly #nowMs: () => number;
  readonly #print: ((line: string) => void) | undefined;
  #hash = 0x811c_9dc5;
  #count = 0;

  /** @param print takes the readable lines; undefined makes none */
  constructor(nowMs: () => number, print: ((line: string) => void) | undefined) {
    this.#nowMs = nowMs;
    this.#print = print;
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, "0");
  }

  get count(): number {
    return this.#count;
  }

  /** True when lines are printed: what is dear to describe is described only then. */
  get isRead(): boolean {
    return this.#print !== undefined;
  }

  note(who: string, what: string, ...details: readonly Detail[]): void {
    const nowMs = this.#nowMs();
    this.#count++;
    this.#mixNumber(nowMs);
    this.#mixText(who);
    this.#mixText(what);
    for (const detail of details) {
      if (typeof detail === "number") this.#mixNumber(detail);
      else this.#mixText(detail);
    }
    if (this.#print !== undefined) this.#print(this.#line(nowMs, who, what, details));
  }

  /** For people only: not a part of the hash. */
  explain(who: string, text: string): void {
    if (this.#print !== undefined) this.#print(this.#line(this.#nowMs(), who, text, []));
  }

  #line(nowMs: number, who: string, what: string, details: readonly Detail[]): string {
    const time = nowMs.toFixed(3).padStart(12);
    return `${time}  ${who.padEnd(10)} ${what}${details.length === 0 ? "" : ` ${details.join(" ")}`}`;
  }

  #mixNumber(value: number): void {
    const whole = Math.floor(value);
    // Times have fractions.
    this.#mix(whole | 0);
    if (whole !== value) this.#mix(Math.floor((value - whole) * 0x1_0000_0000) | 0);
  }

  #mixText(text: string): void {
    for (let i = 0; i < text.length; i++) this.#mix(text.charCodeAt(i));
  }

  #mix(value: number): void {
    this.#hash = Math.imul(this.#hash ^ value, 0x0100_0193);
    this.#hash ^= this.#hash >>> 15;
  }
}
