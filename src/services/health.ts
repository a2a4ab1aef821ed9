import type { DescService, MessageInitShape } from "@bufbuild/protobuf";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { ServerContext } from "../call/server-context.js";
import type { ServerHost, ServerPart } from "../server/server-part.js";
import type { ServiceImpl } from "../server/service-impl.js";
import {
  type HealthCheckRequest,
  type HealthCheckResponseSchema,
  Health as HealthService,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "./grpc/health/v1/health_pb.js";
import { listedServicesMax } from "./limits.js";

/** How a service is. */
export type HealthStatus = "UNKNOWN" | "SERVING" | "NOT_SERVING";

/**
 * The health service of a server (gRPC `doc/health-checking.md`): `server.add(health())`. The server as a whole, the service "",
 * is SERVING from the start. So are the services that were added to the server, as long as nothing else is set for them: they are
 * what the server as a whole is. From `server.close()` on all are NOT_SERVING, and those who watch hear it before the GOAWAY.
 */
export class Health implements ServerPart {
  readonly #set: Map<string, HealthStatus> = new Map([["", "SERVING"]]);
  readonly #hosts: HostHealth[] = [];
  #isShutDown = false;

  /**
   * Says how a service is; it need not be one of the server.
   *
   * @param service full name, `shop.v1.Cart`; "" for the server as a whole
   * @throws {TypeError} for a status that is none
   */
  set(service: string, status: HealthStatus): this {
    if (!Object.hasOwn(numbers, status)) {
      throw new TypeError(`health status ${JSON.stringify(status)}: it must be SERVING, NOT_SERVING or UNKNOWN`);
    }
    this.#set.set(service, status);
    this.#tell();
    return this;
  }

  /** Forgets what was set: a service of the server is what the server is again, any other is not known any more. */
  clear(service: string): this {
    if (service === "") this.#set.set("", "SERVING");
    else this.#set.delete(service);
    this.#tell();
    return this;
  }

  /** What was set, whether or not it is shut down. */
  get(service: string): HealthStatus | undefined {
    return this.#set.get(service);
  }

  /** The names for which something was set. */
  get names(): readonly string[] {
    return [...this.#set.keys()];
  }

  /** All services are NOT_SERVING, whatever is set, until `resume()`. `server.close()` does the same for its server. */
  shutdown(): this {
    this.#isShutDown = true;
    this.#tell();
    return this;
  }

  /** Ends `shutdown()`: what is set counts again. */
  resume(): this {
    this.#isShutDown = false;
    this.#tell();
    return this;
  }

  get isShutDown(): boolean {
    return this.#isShutDown;
  }

  addTo(host: ServerHost): void {
    const own = new HostHealth(this, host);
    this.#hosts.push(own);
    host.add(HealthService, own);
  }

  #tell(): void {
    for (const host of this.#hosts) host.changed();
  }
}

/** The health service: `server.add(health())`. Keep what it gives to say how services are. */
export function health(): Health {
  return new Health();
}

const numbers: { readonly [status in HealthStatus]: ServingStatus } = {
  UNKNOWN: ServingStatus.UNKNOWN,
  SERVING: ServingStatus.SERVING,
  NOT_SERVING: ServingStatus.NOT_SERVING,
};

/** What one server answers. */
class HostHealth implements ServiceImpl<typeof HealthService> {
  readonly #health: Health;
  readonly #host: ServerHost;
  #services: ReadonlySet<string>;
  #draining = false;
  readonly #waiting: Set<() => void> = new Set();

  constructor(health: Health, host: ServerHost) {
    this.#health = health;
    this.#host = host;
    this.#services = namesOf(host.services);
    host.onServicesChanged(() => {
      this.#services = namesOf(this.#host.services);
      this.changed();
    });
    host.onDrain(() => {
      this.#draining = true;
      this.changed();
    });
  }

  /** Whoever watches looks again. */
  changed(): void {
    for (const wake of this.#waiting) wake();
  }

  #statusOf(service: string): ServingStatus | undefined {
    const set = this.#health.get(service) ?? (this.#services.has(service) ? this.#health.get("") : undefined);
    if (set === undefined) return undefined;
    return this.#draining || this.#health.isShutDown ? ServingStatus.NOT_SERVING : numbers[set];
  }

  check({ service }: HealthCheckRequest): MessageInitShape<typeof HealthCheckResponseSchema> {
    const status = this.#statusOf(service);
    if (status === undefined) throw new RpcError(Status.NOT_FOUND, "unknown service");
    return { status };
  }

  list(): { statuses: Record<string, MessageInitShape<typeof HealthCheckResponseSchema>> } {
    const names = new Set([...this.#health.names, ...this.#services]);
    if (names.size > listedServicesMax) {
      throw new RpcError(Status.RESOURCE_EXHAUSTED, `${names.size} services are more than ${listedServicesMax}`);
    }
    const statuses: Record<string, MessageInitShape<typeof HealthCheckResponseSchema>> = Object.create(null);
    for (const name of names) statuses[name] = { status: this.#statusOf(name) ?? ServingStatus.UNKNOWN };
    return { statuses };
  }

  /** Asked for the next status only when the stream takes it: a slow client misses what has changed again meanwhile. */
  async *watch({ service }: HealthCheckRequest, call: ServerContext) {
    let told: ServingStatus | undefined;
    while (!call.signal.aborted) {
      const status = this.#statusOf(service) ?? ServingStatus.SERVICE_UNKNOWN;
      if (status !== told) {
        told = status;
        yield { status };
      } else if (this.#draining) {
        // Else everybody who watches would hold up the close until its grace is over.
        throw new RpcError(Status.UNAVAILABLE, "the server is shutting down");
      } else {
        await this.#change(call.signal);
      }
    }
  }

  async #change(signal: AbortSignal): Promise<void> {
    let wake: () => void = () => undefined;
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.#waiting.add(wake);
    signal.addEventListener("abort", wake);
    await woken;
    this.#waiting.delete(wake);
    signal.removeEventListener("abort", wake);
  }
}

function namesOf(services: readonly DescService[]): ReadonlySet<string> {
  return new Set(services.map(({ typeName }) => typeName));
}
