/** Values of 2^43 ns (2.4 hours) and more are counted as that; minimum, maximum and mean are exact all the same. */
const exponentMax = 43;
const nsPerMs = 1_000_000;

/** A histogram as it travels between threads: pairs of a bucket's index and its count, and what is known exactly. */
export interface HistogramSnapshot {
  readonly subBits: number;
  readonly pairs: readonly number[];
  readonly count: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly sumMs: number;
  readonly squaresMs: number;
}

/** A bar of a chart. */
export interface HistogramBar {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/**
 * Durations in log-linear buckets, as HdrHistogram has them: each power of two of nanoseconds is cut into 2^subBits equal buckets,
 * so that a value is known to one part in 2^(subBits + 1). Recording is a few instructions and makes no garbage; merging
 * is exact.
 */
export class Histogram {
  readonly #subBits: number;
  readonly #counts: Float64Array;
  #count = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = 0;
  #sumMs = 0;
  #squaresMs = 0;

  /** @param subBits 7: percentiles are exact to 0.4 %; 4: to 3.2 %, in an eighth of the memory */
  constructor(subBits: number = 7) {
    this.#subBits = subBits;
    this.#counts = new Float64Array((exponentMax - subBits + 2) << subBits);
  }

  get count(): number {
    return this.#count;
  }

  /** Takes one duration, in ms; less than nothing counts as nothing. */
  record(valueMs: number): void {
    const ms = valueMs > 0 ? valueMs : 0;
    const index = this.#indexOf(Math.round(ms * nsPerMs));
    this.#counts[index] = (this.#counts[index] as number) + 1;
    this.#count++;
    this.#sumMs += ms;
    this.#squaresMs += ms * ms;
    if (ms < this.#minMs) this.#minMs = ms;
    if (ms > this.#maxMs) this.#maxMs = ms;
  }

  #indexOf(ns: number): number {
    const subBits = this.#subBits;
    if (ns >= 2 ** exponentMax) return this.#counts.length - 1;
    // The bits of a number count only up to 2^31.
    const high = ns < 2 ** 31 ? 31 - Math.clz32(ns) : 51 - Math.clz32(Math.floor(ns / 2 ** 20));
    const shift = high - subBits;
    if (shift <= 0) return ns;
    return (shift << subBits) + (ns < 2 ** 31 ? ns >>> shift : Math.floor(ns / 2 ** shift));
  }

  /** The smallest duration of a bucket, in ms. */
  #lowMs(index: number): number {
    const subBits = this.#subBits;
    if (index < 2 << subBits) return index / nsPerMs;
    const mantissa = (index & ((1 << subBits) - 1)) + (1 << subBits);
    return (mantissa * 2 ** ((index >> subBits) - 1)) / nsPerMs;
  }

  get minMs(): number {
    return this.#count === 0 ? 0 : this.#minMs;
  }

  get maxMs(): number {
    return this.#maxMs;
  }

  get meanMs(): number {
    return this.#count === 0 ? 0 : this.#sumMs / this.#count;
  }

  get deviationMs(): number {
    if (this.#count === 0) return 0;
    return Math.sqrt(Math.max(0, this.#squaresMs / this.#count - this.meanMs ** 2));
  }

  /**
   * The duration, in ms, that `percent` of all values are not above; 0 where there are none.
   *
   * @param percent from 0 to 100
   */
  percentileMs(percent: number): number {
    if (this.#count === 0) return 0;
    // Without rounding, 99.9 % of 1 000 would be the 1 000th value.
    const wanted = Math.max(1, Math.ceil(Number(((percent / 100) * this.#count).toPrecision(12))));
    let seen = 0;
    for (let index = 0; index < this.#counts.length; index++) {
      seen += this.#counts[index] as number;
      if (seen < wanted) continue;
      if (seen === this.#count && wanted === this.#count) return this.#maxMs;
      const middleMs = (this.#lowMs(index) + this.#lowMs(index + 1) - 1 / nsPerMs) / 2;
      return Math.min(this.#maxMs, Math.max(this.#minMs, middleMs));
    }
    return this.#maxMs;
  }

  /** What was counted, in bars of equal width from the smallest value to the 99th percentile, and one for what is above. */
  bars(count: number): HistogramBar[] {
    if (this.#count === 0) return [];
    const lowMs = this.#minMs;
    const endMs = Math.max(this.percentileMs(99), lowMs);
    if (endMs === lowMs) return [{ fromMs: lowMs, toMs: this.#maxMs, count: this.#count }];
    const widthMs = (endMs - lowMs) / count;
    const bars = Array.from({ length: count + 1 }, (_, i) => ({
      fromMs: lowMs + i * widthMs,
      toMs: i === count ? this.#maxMs : lowMs + (i + 1) * widthMs,
      count: 0,
    }));
    for (let index = 0; index < this.#counts.length; index++) {
      const found = this.#counts[index] as number;
      if (found === 0) continue;
      const middleMs = (this.#lowMs(index) + this.#lowMs(index + 1)) / 2;
      const bar = bars[Math.min(count, Math.max(0, Math.floor((middleMs - lowMs) / widthMs)))];
      if (bar !== undefined) bar.count += found;
    }
    const last = bars[count];
    return last?.count === 0 ? bars.slice(0, count) : bars;
  }

  snapshot(): HistogramSnapshot {
    const pairs: number[] = [];
    for (let index = 0; index < this.#counts.length; index++) {
      const count = this.#counts[index] as number;
      if (count > 0) pairs.push(index, count);
    }
    return {
      subBits: this.#subBits,
      pairs,
      count: this.#count,
      minMs: this.minMs,
      maxMs: this.#maxMs,
      sumMs: this.#sumMs,
      squaresMs: this.#squaresMs,
    };
  }

  /** Adds what another one of the same precision has counted. */
  add(other: HistogramSnapshot): void {
    if (other.subBits !== this.#subBits) throw new Error("histograms of different precision cannot be added");
    if (other.count === 0) return;
    for (let i = 0; i < other.pairs.length; i += 2) {
      const index = other.pairs[i] as number;
      this.#counts[index] = (this.#counts[index] as number) + (other.pairs[i + 1] as number);
    }
    this.#count += other.count;
    this.#minMs = Math.min(this.#minMs, other.minMs);
    this.#maxMs = Math.max(this.#maxMs, other.maxMs);
    this.#sumMs += other.sumMs;
    this.#squaresMs += other.squaresMs;
  }
}
