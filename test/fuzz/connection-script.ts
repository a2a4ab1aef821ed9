import type { ByteStep } from "./byte-steps.js";
import { checkEngine } from "./engine-bounds.js";
import type { Finding } from "./finding.js";
import type { MemoryLoop } from "./memory-loop.js";
import type { FarEnd, MemorySocket } from "./memory-socket.js";
import { OutputChecker } from "./output-checker.js";

/** How long a silent connection is watched, in simulated ms: longer than every time limit that is not a keepalive. */
const silenceMs = 120_000;

/** Plays the far end of a connection with a server or a channel of ours: sends what it is told, and checks what comes. */
export class ConnectionScript implements FarEnd {
  readonly checker: OutputChecker;
  /** The engine ended its side, or is gone. */
  over: boolean = false;
  socket: MemorySocket | undefined;
  #problem: Finding | undefined;

  /** @param role of the engine */
  constructor(role: "client" | "server") {
    this.checker = new OutputChecker(role);
  }

  // An exception would end in the engine, whose last line of defence would hide it.
  onBytes(bytes: Uint8Array): void {
    try {
      this.checker.push(bytes);
    } catch (error) {
      this.#problem ??= error as Finding;
    }
  }

  onFin(): void {
    this.over = true;
  }

  onGone(): void {
    this.over = true;
  }

  check(): void {
    if (this.#problem !== undefined) throw this.#problem;
    if (this.socket !== undefined && !this.socket.destroyed) checkEngine(this.socket);
  }

  /** Plays the steps; the last one may say how the script ends, else it ends its side. */
  async play(loop: MemoryLoop, steps: readonly ByteStep[]): Promise<void> {
    let end: "fin" | "reset" | "silence" = "fin";
    for (const step of steps) {
      if ("bytes" in step) {
        this.checker.delivered.push(step.bytes);
        this.socket?.deliver(step.bytes);
        await loop.settle();
      } else if ("passMs" in step) await loop.pass(step.passMs);
      else if ("stalled" in step) this.socket?.stall(step.stalled);
      else end = step.end;
      this.check();
    }
    this.socket?.stall(false);
    await loop.settle();
    this.check();
    if (end === "silence") await loop.pass(silenceMs);
    this.check();
    if (end === "reset") this.socket?.reset();
    else this.socket?.deliverFin();
    await loop.pass(5_000);
    this.check();
  }
}
