import type { Cost } from "./protocol.js";

const probeMs = 5;
/** Reading the resident size asks the kernel: not at each probe. */
const probesPerReading = 4;

/** Collects garbage, and gives what is reachable: objects, and memory outside of the heap such as buffers, in bytes. */
export async function measureLiveBytes(): Promise<number> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("the victim runs with --expose-gc");
  // Twice: what the first one finalizes is freed by the second.
  for (let i = 0; i < 2; i++) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/**
 * Measures this process while it is attacked. The delay of the event loop is by how much a timer was late, as far as the process
 * computed in that time: on a machine that others use too, the scheduler may keep a process waiting that did nothing wrong.
 */
export class Meter {
  #timer: NodeJS.Timeout | undefined;
  #startMs = 0;
  #cpu: NodeJS.CpuUsage = process.cpuUsage();
  #lastMs = 0;
  #lastCpuMs = 0;
  #probes = 0;
  #loopDelayMs = 0;
  #rssStart = 0;
  #rssPeak = 0;
  #liveStart = 0;
  #heldBytes = 0;

  async begin(): Promise<void> {
    this.#liveStart = await measureLiveBytes();
    // Against the first begin: what one attack left in the process may not hide what the next one takes.
    if (this.#rssStart === 0) this.#rssStart = process.memoryUsage.rss();
    this.#rssPeak = 0;
    this.#heldBytes = 0;
    this.#loopDelayMs = 0;
    this.#cpu = process.cpuUsage();
    this.#startMs = performance.now();
    this.#startProbe();
  }

  /** What is reachable now beyond the begin. The collection is not counted as a delay. */
  async hold(): Promise<number> {
    this.#stopProbe();
    const held = (await measureLiveBytes()) - this.#liveStart;
    this.#heldBytes = Math.max(this.#heldBytes, held);
    this.#startProbe();
    return held;
  }

  async end(): Promise<Cost> {
    this.#stopProbe();
    const { user, system } = process.cpuUsage(this.#cpu);
    const seconds = (performance.now() - this.#startMs) / 1_000;
    const liveBytes = (await measureLiveBytes()) - this.#liveStart;
    return {
      seconds,
      cpuMs: (user + system) / 1_000,
      loopDelayMs: this.#loopDelayMs,
      rssPeakBytes: Math.max(this.#rssPeak - this.#rssStart, 0),
      rssBytes: process.memoryUsage.rss() - this.#rssStart,
      liveBytes,
      heldBytes: Math.max(this.#heldBytes, 0),
    };
  }

  #startProbe(): void {
    this.#lastMs = performance.now();
    this.#lastCpuMs = cpuNowMs();
    this.#timer = setInterval(() => this.#probe(), probeMs).unref();
  }

  #stopProbe(): void {
    this.#probe();
    clearInterval(this.#timer);
  }

  #probe(): void {
    const nowMs = performance.now();
    const cpuMs = cpuNowMs();
    const lateMs = nowMs - this.#lastMs - probeMs;
    this.#loopDelayMs = Math.max(this.#loopDelayMs, Math.min(lateMs, cpuMs - this.#lastCpuMs));
    this.#lastMs = nowMs;
    this.#lastCpuMs = cpuMs;
    this.#probes++;
    if (this.#probes % probesPerReading === 0) this.#readRss();
  }

  #readRss(): void {
    try {
      this.#rssPeak = Math.max(this.#rssPeak, process.memoryUsage.rss());
    } catch {
      // It is read from a file, and an attack may have taken all that the process may open.
    }
  }
}

function cpuNowMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
