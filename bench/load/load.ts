import { makePayload } from "../client/task.js";
import { encodeEcho, frame, servicePath } from "../client/wire.js";
import { BareConnection } from "./bare-connection.js";
import { LoadConnection } from "./connection.js";
import { makeHeaderBlock } from "./frames.js";
import type { Order } from "./order.js";

type OrderTo<Do extends Order["do"]> = Extract<Order, { do: Do }>;

/** More at once would not fit the queue of a listening socket. */
const connectingMax = 64;

/** Holds connections to one server, and puts calls on them. */
export class Load {
  readonly #connections: LoadConnection[] = [];
  readonly #bare: BareConnection[] = [];
  #failure: Error | undefined;
  #reject: (error: Error) => void = () => {};
  #onStreamEnd: (answered: boolean) => void = () => {};
  #ended = 0;

  async carryOut(order: Order): Promise<object> {
    if (this.#failure !== undefined) throw this.#failure;
    if (order.do === "connect") return this.#connect(order);
    if (order.do === "begin") return this.#begin(order);
    return this.#call(order);
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
    for (const connection of this.#bare) connection.close();
  }

  async #connect({ port, connections, windowBytes, bare }: OrderTo<"connect">): Promise<object> {
    const list: readonly unknown[] = bare ? this.#bare : this.#connections;
    while (list.length < connections) {
      const count = Math.min(connectingMax, connections - list.length);
      const opened = Array.from({ length: count }, async () => {
        if (bare) this.#bare.push(await this.#openBare(port));
        else this.#connections.push(await this.#open(port, windowBytes));
      });
      await Promise.all(opened);
    }
    await Promise.all(this.#connections.map((connection) => connection.ping()));
    return { connections: list.length };
  }

  #open(port: number, windowBytes: number): Promise<LoadConnection> {
    const onStreamEnd = (_: LoadConnection, answered: boolean): void => {
      this.#ended++;
      this.#onStreamEnd(answered);
    };
    return LoadConnection.open({ port, windowBytes, onStreamEnd }, (error) => this.#fail(error));
  }

  #openBare(port: number): Promise<BareConnection> {
    const onAnswer = (): void => this.#onStreamEnd(true);
    return BareConnection.open(port, onAnswer, (error) => this.#fail(error));
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#reject(error);
  }

  async #begin({ method, perConnection, payloadBytes, whole }: OrderTo<"begin">): Promise<object> {
    const headers = makeHeaderBlock(`${servicePath}/${method}`);
    const message = whole ? Buffer.from(frame(encodeEcho(makePayload(payloadBytes)))) : undefined;
    const endedBefore = this.#ended;
    for (const connection of this.#connections) {
      for (let i = 0; i < perConnection; i++) connection.begin(headers, message);
      await connection.ping();
    }
    const ended = this.#ended - endedBefore;
    if (ended > 0) throw new Error(`${ended} calls ended that were to stay open`);
    return { begun: perConnection * this.#connections.length };
  }

  #call({ inFlight, durationMs, payloadBytes }: OrderTo<"call">): Promise<object> {
    const headers = makeHeaderBlock(`${servicePath}/Unary`);
    const message = Buffer.from(frame(encodeEcho(makePayload(payloadBytes))));
    const beginning = [
      ...this.#connections.map((connection) => () => connection.begin(headers, message)),
      ...this.#bare.map((connection) => () => connection.begin(message)),
    ];
    const start = performance.now();
    const endAt = start + durationMs;
    let calls = 0;
    let running = 0;
    let turn = 0;
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      const begin = (): void => {
        running++;
        beginning[turn]!();
        turn = (turn + 1) % beginning.length;
      };
      this.#onStreamEnd = (answered) => {
        if (!answered) return void reject(new Error("the server has reset a call"));
        running--;
        calls++;
        const now = performance.now();
        if (now < endAt) begin();
        else if (running === 0) resolve({ calls, elapsedMs: now - start });
      };
      while (running < inFlight) begin();
    });
  }
}
