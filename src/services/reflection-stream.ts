import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Clock, Timer } from "../base/clock.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { CallOptions } from "../client/call-options.js";
import type { Channel } from "../client/channel.js";
import {
  ServerReflection,
  type ServerReflectionRequestSchema,
  type ServerReflectionResponse,
} from "./grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionV1alpha } from "./grpc/reflection/v1alpha/reflection_pb.js";

export type ReflectionQuestion = NonNullable<MessageInitShape<typeof ServerReflectionRequestSchema>["messageRequest"]>;
export type ReflectionAnswer = ServerReflectionResponse["messageResponse"];
export type ReflectionVersion = "v1" | "v1alpha";

/** The two versions have the same messages under other names; what is read here is the same in both. */
interface AnyResponse {
  readonly messageResponse: ReflectionAnswer | { readonly case: ReflectionAnswer["case"]; readonly value?: unknown };
}

/** One stream of questions, each asked when the one before it was answered. */
export class ReflectionStream {
  readonly version: ReflectionVersion;
  readonly #host: string;
  readonly #responses: AsyncIterator<AnyResponse>;
  readonly #questions: ReflectionQuestion[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(channel: Channel, version: ReflectionVersion, host: string, options: CallOptions) {
    this.version = version;
    this.#host = host;
    const service = version === "v1" ? ServerReflection : ServerReflectionV1alpha;
    const client = channel.client(service as typeof ServerReflection);
    this.#responses = client.serverReflectionInfo(this.#requests(), options);
  }

  /**
   * @throws {RpcError} what the server answered the question with, or the stream ended with
   */
  async ask(question: ReflectionQuestion): Promise<ReflectionAnswer> {
    this.#questions.push(question);
    this.#wake?.();
    const { done, value } = await this.#responses.next();
    if (done === true) throw new RpcError(Status.INTERNAL, "the server ended the reflection stream without an answer");
    const answer = (value as AnyResponse).messageResponse as ReflectionAnswer;
    if (answer.case !== "errorResponse") return answer;
    const { errorCode, errorMessage } = answer.value;
    const known = Number.isInteger(errorCode) && errorCode > 0 && errorCode <= Status.UNAUTHENTICATED;
    throw new ReflectionError(known ? (errorCode as Status) : Status.UNKNOWN, errorMessage);
  }

  /**
   * Ends the stream's requests (half-closes), so that the server ends it too: to cancel it counts as a failed call there. A server that does
   * not end it in time, or says something that nobody asked for, has it cancelled.
   *
   * @returns whether the server ended it in time
   */
  async end(waitMs: number, clock: Clock): Promise<boolean> {
    this.#ended = true;
    this.#wake?.();
    const last = this.#responses.next().then(
      ({ done }) => done === true,
      () => true,
    );
    let timer: Timer | undefined;
    const tooLate = new Promise<boolean>((resolve) => {
      timer = clock.setTimer(waitMs, () => resolve(false));
    });
    const isOver = await Promise.race([last, tooLate]);
    timer?.cancel();
    if (!isOver) await this.#responses.return?.();
    return isOver;
  }

  async *#requests(): AsyncGenerator<MessageInitShape<typeof ServerReflectionRequestSchema>, void> {
    for (;;) {
      for (let next = this.#questions.shift(); next !== undefined; next = this.#questions.shift()) {
        yield { host: this.#host, messageRequest: next };
      }
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** A question was answered with an error; the stream goes on. */
export class ReflectionError extends RpcError {}
