import { Histogram, type HistogramSnapshot } from "./histogram.js";
import { timelinePointsMax, timelineStepMs } from "./limits.js";

/** For a chart over time, this is exact enough: 3.2 %. */
const subBits = 4;

/** What happened in one stretch of time. */
export interface TimelinePoint {
  readonly failed: number;
  readonly latency: HistogramSnapshot;
}

/** A timeline as it travels between threads. */
export interface TimelineSnapshot {
  readonly stepMs: number;
  readonly points: readonly TimelinePoint[];
}

interface Cell {
  failed: number;
  readonly latency: Histogram;
}

/** Calls by the time at which they ended. Bounded: a long run has longer steps. */
export class Timeline {
  #stepMs = timelineStepMs;
  #cells: Cell[] = [];

  get stepMs(): number {
    return this.#stepMs;
  }

  /** @param latencyMs undefined for a call that failed */
  record(atMs: number, latencyMs: number | undefined): void {
    const cell = this.#cellAt(Math.max(0, atMs));
    if (latencyMs === undefined) cell.failed++;
    else cell.latency.record(latencyMs);
  }

  #cellAt(atMs: number): Cell {
    while (atMs >= this.#stepMs * timelinePointsMax) this.#widen();
    const index = Math.floor(atMs / this.#stepMs);
    while (this.#cells.length <= index) this.#cells.push({ failed: 0, latency: new Histogram(subBits) });
    return this.#cells[index] as Cell;
  }

  /** Two neighbours become one. */
  #widen(): void {
    this.#stepMs *= 2;
    const before = this.#cells;
    this.#cells = before.filter((_, i) => i % 2 === 0);
    for (const [i, cell] of this.#cells.entries()) {
      const next = before[2 * i + 1];
      if (next === undefined) continue;
      cell.failed += next.failed;
      cell.latency.add(next.latency.snapshot());
    }
  }

  /** Adds what another thread has seen. */
  add({ stepMs, points }: TimelineSnapshot): void {
    while (this.#stepMs < stepMs) this.#widen();
    for (const [i, point] of points.entries()) {
      const cell = this.#cellAt(i * stepMs);
      cell.failed += point.failed;
      cell.latency.add(point.latency);
    }
  }

  get cells(): readonly { readonly failed: number; readonly latency: Histogram }[] {
    return this.#cells;
  }

  snapshot(): TimelineSnapshot {
    const points = this.#cells.map(({ failed, latency }) => ({ failed, latency: latency.snapshot() }));
    return { stepMs: this.#stepMs, points };
  }
}
