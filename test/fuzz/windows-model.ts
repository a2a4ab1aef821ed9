import { data, headers, request, response, settings, windowUpdate } from "../../src/http2/frames.testing.js";
import { type Recorder, ServerScript } from "../../src/http2/script.testing.js";
import type { SeededRandom } from "../simulation/seeded-random.js";
import { must } from "./finding.js";
import { type FuzzTarget, target } from "./target.js";

/** What happens to windows: from our side and from the peer's. Streams are numbered 1, 3, 5. */
type WindowStep =
  | { readonly act: "write" | "update" | "receive" | "consume" | "expect"; readonly id: number; readonly bytes: number }
  | { readonly act: "initial"; readonly bytes: number };

interface ModelStream {
  readonly recorder: Recorder;
  /** Given to `sendData`, seen on the wire, and what the peer allows still. */
  written: number;
  sent: number;
  sendWindow: number;
  /** What the peer may still send, what we were sent and did not use. */
  granted: number;
  held: number;
  /** Largest `expect`. */
  expected: number;
  reset: boolean;
}

const rule = "windows";
const windowMax = 0x7fff_ffff;
const ids: readonly number[] = [1, 3, 5];

/** Both directions of flow control (RFC 9113 section 5.2) on one connection, against plain sums. */
export const windowsModel: FuzzTarget = target<WindowStep>({
  name: "windows",
  about: "flow control in both directions, against plain sums",
  share: 0.7,

  make(random: SeededRandom): readonly WindowStep[] {
    const most = random.pick([50, 5_000, 40_000]);
    return Array.from({ length: random.int(1, 60) }, (): WindowStep => {
      const bytes = random.chance(0.05) ? random.pick([0x7fff_ffff, 0x7fff_0000, 65_535, 1]) : random.scale(1, most);
      if (random.chance(0.1)) return { act: "initial", bytes: random.pick([0, 1, 100, 65_535, 100_000, bytes]) };
      const act = random.pick(["write", "write", "update", "receive", "receive", "consume", "expect"] as const);
      return { act, id: random.pick(act === "update" ? [0, 0, 1, 3, 5] : ids), bytes };
    });
  },

  run(steps: readonly WindowStep[], random: SeededRandom): void {
    const windowBytes = random.pick([10, 1_000, 65_535, 200_000]);
    new WindowRun(windowBytes, random.pick([0, 16_777_216])).run(steps);
  },
});

class WindowRun {
  readonly #script: ServerScript;
  readonly #streams: Map<number, ModelStream> = new Map();
  readonly #windowBytes: number;
  readonly #grows: boolean;
  #initial = 65_535;
  #sendWindow = 65_535;
  #granted = 65_535;
  #over = false;

  constructor(windowBytes: number, windowBytesMax: number) {
    this.#windowBytes = windowBytes;
    this.#grows = windowBytesMax > windowBytes;
    this.#script = new ServerScript({ streamWindowBytes: windowBytes, windowBytesMax }, ({ recorder }) => {
      recorder.consumes = false;
    });
    this.#script.handshake();
    for (const id of ids) {
      this.#script.send(headers(id, request));
      const { recorder } = this.#script.last;
      recorder.stream?.sendHeaders(response, false);
      this.#streams.set(id, {
        recorder,
        written: 0,
        sent: 0,
        sendWindow: this.#initial,
        granted: windowBytes,
        held: 0,
        expected: 0,
        reset: false,
      });
    }
    this.#read();
  }

  run(steps: readonly WindowStep[]): void {
    for (const step of steps) {
      this.#step(step);
      this.#read();
      if (this.#over) return;
      this.#check();
    }
    this.#useAll();
  }

  #step(step: WindowStep): void {
    if (step.act === "initial") {
      this.#setInitial(step.bytes);
      return;
    }
    const { act, id, bytes } = step;
    if (act === "update") {
      this.#update(id, bytes);
      return;
    }
    const stream = this.#streams.get(id) as ModelStream;
    const own = stream.recorder.stream;
    if (stream.reset || own === undefined) return;
    if (act === "write") {
      const length = Math.min(bytes, 50_000);
      own.sendData(new Uint8Array(length), false);
      stream.written += length;
    } else if (act === "receive") this.#receive(id, stream, Math.min(bytes, 16_384));
    else if (act === "consume") {
      const used = Math.min(bytes, stream.held);
      stream.held -= used;
      own.consume(used);
    } else {
      const wanted = Math.min(bytes, 1_000_000);
      own.expect(wanted);
      if (this.#grows) stream.expected = Math.max(stream.expected, wanted);
    }
  }

  #setInitial(bytes: number): void {
    const more = bytes - this.#initial;
    this.#initial = bytes;
    for (const stream of this.#streams.values()) {
      if (stream.reset) continue;
      stream.sendWindow += more;
      if (stream.sendWindow > windowMax) this.#over = true;
    }
    this.#script.send(settings(4, bytes));
    if (this.#over) this.#script.expectConnectionError("FLOW_CONTROL_ERROR");
  }

  #update(id: number, bytes: number): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) this.#sendWindow += bytes;
    else if (!stream.reset) stream.sendWindow += bytes;
    this.#script.send(windowUpdate(id, bytes));
    if (stream === undefined && this.#sendWindow > windowMax) {
      this.#over = true;
      this.#script.expectConnectionError("FLOW_CONTROL_ERROR");
    } else if (stream !== undefined && !stream.reset && stream.sendWindow > windowMax) this.#expectReset(id, stream);
  }

  #receive(id: number, stream: ModelStream, bytes: number): void {
    this.#script.send(data(id, bytes));
    if (bytes > this.#granted) {
      this.#over = true;
      this.#script.expectConnectionError("FLOW_CONTROL_ERROR");
      return;
    }
    this.#granted -= bytes;
    if (bytes > stream.granted) {
      this.#expectReset(id, stream);
      return;
    }
    stream.granted -= bytes;
    stream.held += bytes;
  }

  #expectReset(id: number, stream: ModelStream): void {
    const lines = this.#lines();
    must(
      lines.includes(`RST_STREAM ${id} FLOW_CONTROL_ERROR`),
      rule,
      () => `no FLOW_CONTROL_ERROR on ${id}: ${lines.join(", ")}`,
    );
    stream.reset = true;
    stream.held = 0;
  }

  #read(): void {
    if (!this.#over) this.#lines();
  }

  /** What was sent, and what that makes of the windows. */
  #lines(): string[] {
    const lines = this.#script.takeAll();
    for (const line of lines) {
      const [name, first = "", second = ""] = line.split(" ");
      const id = Number(first);
      const stream = this.#streams.get(id);
      if (name === "DATA" && stream !== undefined) {
        stream.sent += Number(second);
        stream.sendWindow -= Number(second);
        this.#sendWindow -= Number(second);
        must(stream.sendWindow >= 0, rule, () => `${-stream.sendWindow} bytes over the window of ${id}`);
        must(this.#sendWindow >= 0, rule, () => `${-this.#sendWindow} bytes over the connection's window`);
      } else if (name === "WINDOW_UPDATE") {
        must(Number(second) > 0, rule, () => "WINDOW_UPDATE of 0 bytes");
        if (stream === undefined) this.#granted += Number(second);
        else stream.granted += Number(second);
      } else if (name === "PING") this.#over = true;
      must(name !== "GOAWAY", rule, () => `an error where none is due: ${line}`);
    }
    return lines;
  }

  /** Nothing waits that may be sent; nothing is granted twice. */
  #check(): void {
    must(
      this.#granted <= Math.max(65_535, this.#expectedMax),
      rule,
      () => `${this.#granted} bytes granted on the connection`,
    );
    for (const [id, stream] of this.#streams) {
      if (stream.reset) continue;
      const waiting = stream.written - stream.sent;
      const free = Math.min(stream.sendWindow, this.#sendWindow);
      must(waiting >= 0, rule, () => `${-waiting} bytes sent on ${id} that nobody wrote`);
      must(waiting === 0 || free <= 0, rule, () => `${waiting} bytes wait on ${id} although ${free} may be sent`);
      const most = this.#windowBytes + stream.expected;
      must(stream.granted <= most, rule, () => `${stream.granted} bytes granted on ${id}, of ${most}`);
    }
  }

  get #expectedMax(): number {
    return Math.max(...[...this.#streams.values()].map(({ expected }) => expected));
  }

  /** Once all is used, at least half of each window must be there again. */
  #useAll(): void {
    for (const stream of this.#streams.values()) {
      if (!stream.reset) stream.recorder.stream?.consume(stream.held);
      stream.held = 0;
    }
    this.#read();
    if (this.#over) return;
    must(this.#granted * 2 >= 65_535, rule, () => `only ${this.#granted} bytes left of the connection's window`);
    for (const [id, { granted, reset }] of this.#streams) {
      must(reset || granted * 2 >= this.#windowBytes, rule, () => `only ${granted} bytes left of the window of ${id}`);
    }
  }
}
