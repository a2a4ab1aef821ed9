import { createFileRegistry, type DescMethod, type FileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { ProcessHold } from "../net/process-hold.js";
import { TurningClock } from "./load-clock.js";
import { type LoadPlan, LoadRun } from "./load-run.js";
import { type CallerOptions, MethodCaller } from "./method-caller.js";
import type { PlaceholderSources } from "./placeholder.js";
import type { Measured } from "./recorder.js";
import { parseRequests, RequestSource } from "./requests.js";

/** All that a worker needs, in a form that travels between threads. */
export interface LoadJob extends Omit<CallerOptions, "method" | "requests" | "sources" | "messagesPerStream"> {
  /** A `google.protobuf.FileDescriptorSet` with the method's file and all that it imports. */
  readonly descriptors: Uint8Array;
  readonly service: string;
  readonly method: string;
  /** Undefined: an empty message. */
  readonly data?: string | undefined;
  readonly withTemplates: boolean;
  /** Undefined: as many as there are in the data. */
  readonly messagesPerStream?: number | undefined;
  readonly connectTimeoutMs: number;
  readonly plan: LoadPlan;
}

const sources: PlaceholderSources = { random: Math.random, nowEpochMs: Date.now };

/** One worker of a run, in this thread. */
export class LoadWorker {
  readonly #job: LoadJob;
  readonly #caller: MethodCaller;
  readonly #run: LoadRun;

  /** @throws {TemplateError} when the data does not fit; {Error} for options of the channel that cannot be */
  constructor(job: LoadJob) {
    const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, job.descriptors));
    const method = methodOf(registry, job);
    const schema = method.input;
    const templates = parseRequests(job.data, { schema, registry, sources, withTemplates: job.withTemplates });
    const requests = new RequestSource(schema, templates);
    const messagesPerStream = job.messagesPerStream ?? requests.length;
    this.#job = job;
    this.#caller = new MethodCaller({ ...job, method, requests, sources, messagesPerStream });
    this.#run = new LoadRun(job.plan, new TurningClock(), this.#caller);
  }

  /** @throws {RpcError} when a connection cannot be made */
  async connect(): Promise<void> {
    try {
      await this.#caller.connect(this.#job.connectTimeoutMs);
    } catch (error) {
      await this.#caller.close();
      throw error;
    }
  }

  get progress(): LoadProgress {
    const { recorder, progress } = this.#run;
    return { done: progress, calls: recorder.calls, failed: recorder.failed };
  }

  /** Makes the calls. Resolves when all have ended and the connections are closed. */
  async run(): Promise<Measured> {
    const { network } = this.#caller;
    const hold = new ProcessHold();
    hold.hold();
    let before = { sent: 0, received: 0 };
    await this.#run.run(() => {
      before = { sent: network.bytesWritten, received: network.bytesRead };
    });
    const { recorder } = this.#run;
    recorder.bytesSent = network.bytesWritten - before.sent;
    recorder.bytesReceived = network.bytesRead - before.received;
    await this.#caller.close();
    hold.release();
    return recorder.measured();
  }

  /** Begins no more calls; those in flight may end. */
  stop(): void {
    this.#run.stop();
  }

  /** Ends at once, also while it connects. */
  cut(): void {
    this.#run.cut();
    void this.#caller.close();
  }
}

/** How far a run is. */
export interface LoadProgress {
  /** From 0 to 1. */
  readonly done: number;
  readonly calls: number;
  readonly failed: number;
}

function methodOf(registry: FileRegistry, job: LoadJob): DescMethod {
  const method = registry.getService(job.service)?.methods.find((one) => one.name === job.method);
  if (method === undefined) throw new Error(`the descriptors have no method ${job.service}/${job.method}`);
  return method;
}
