import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { show } from "../base/check-option.js";
import { similarName } from "../base/similar-name.js";
import type { Gate } from "../call/gate.js";
import type { Interceptor } from "../call/interceptor.js";
import type { ServerContext } from "../call/server-context.js";
import { interceptMethod } from "../call/server-intercept.js";
import type { HandlerRequest, HandlerResult, ServerMethod } from "../call/server-method.js";
import type { CodecProvider } from "../codec/codec.js";

type Handler = (request: HandlerRequest, call: ServerContext) => HandlerResult;

/** What stands before the handlers of a server, or of one of its services. */
export interface Guards {
  readonly gates?: readonly Gate[] | undefined;
  readonly interceptors?: readonly Interceptor[] | undefined;
}

/** By path. */
type Methods = Map<string, ServerMethod>;

/** The methods of a server by the name of their codec and by path. */
export class Router {
  readonly #methods: ReadonlyMap<string, Methods>;
  readonly #services: Map<string, DescService> = new Map();
  readonly #guards: Guards;
  readonly #codecs: ReadonlyMap<string, CodecProvider>;

  /**
   * @param guards of all services
   * @param codecs by the subtype of the content-type: `proto` for `application/grpc+proto`
   */
  constructor(guards: Guards, codecs: ReadonlyMap<string, CodecProvider>) {
    this.#guards = guards;
    this.#codecs = codecs;
    this.#methods = new Map([...codecs.keys()].map((name) => [name, new Map()]));
  }

  /** The services that there are, in the order in which they were added. */
  get services(): readonly DescService[] {
    return [...this.#services.values()];
  }

  /** @throws {TypeError} see `Server.add` */
  add(service: DescService, impl: object, allowMissing: boolean, guards: Guards = {}): void {
    if (this.#services.has(service.typeName)) {
      throw new TypeError(`the service ${service.typeName} was added before: a server has each service once`);
    }
    const handlers = readHandlers(service, impl, allowMissing);
    // All or nothing: making a method can fail in the codecs that the user gave.
    const made = [...this.#codecs].map(([name, codecs]) => {
      return [
        name,
        handlers.map(([method, handler]) => this.#method(service, method, handler, codecs, guards)),
      ] as const;
    });
    this.#services.set(service.typeName, service);
    for (const [name, methods] of made) for (const method of methods) this.#methods.get(name)?.set(method.path, method);
  }

  /** @returns whether it was there */
  remove(typeName: string): boolean {
    const service = this.#services.get(typeName);
    if (service === undefined) return false;
    this.#services.delete(typeName);
    for (const methods of this.#methods.values()) {
      for (const { name } of service.methods) methods.delete(`/${typeName}/${name}`);
    }
    return true;
  }

  #method(
    service: DescService,
    desc: DescMethod,
    handler: Handler,
    codecs: CodecProvider,
    guards: Guards,
  ): ServerMethod {
    const kind = desc.methodKind;
    const interceptors = [...(this.#guards.interceptors ?? []), ...(guards.interceptors ?? [])];
    const intercepted = interceptors.length > 0;
    const method = {
      desc,
      path: `/${service.typeName}/${desc.name}`,
      streamsRequest: kind === "client_streaming" || kind === "bidi_streaming",
      streamsResponse: kind === "server_streaming" || kind === "bidi_streaming",
      requestCodec: codecs(desc.input),
      responseCodec: codecs(desc.output),
      gates: [...(this.#guards.gates ?? []), ...(guards.gates ?? [])],
      intercepted,
    };
    return { ...method, invoke: intercepted ? interceptMethod(interceptors, method, handler) : handler };
  }

  /** The methods with messages of one codec; undefined for a codec that we do not have. */
  methodsOf(codecName: string): ReadonlyMap<string, ServerMethod> | undefined {
    return this.#methods.get(codecName);
  }

  /** Says why there is no method of a path; the answer is short, however long the path is. */
  explain(path: string): string {
    const parts = path.split("/");
    if (parts.length !== 3 || parts[0] !== "" || parts[1] === "" || parts[2] === "") {
      return `malformed method name ${JSON.stringify(shorten(path))}: it must be /package.Service/Method`;
    }
    const service = this.#services.get(parts[1] as string);
    if (service === undefined) return `unknown service ${shorten(parts[1] as string)}`;
    return `unknown method ${shorten(parts[2] as string)} for service ${service.typeName}`;
  }
}

/** Names of peers are quoted up to so many characters: an answer must fit the peer's own limit of header lists. */
const quotedMax = 200;

function shorten(name: string): string {
  return name.length <= quotedMax ? name : `${name.slice(0, quotedMax)}...`;
}

/** The handlers of a service as its implementation has them, each bound to it. */
function readHandlers(service: DescService, impl: object, allowMissing: boolean): [DescMethod, Handler][] {
  if (typeof impl !== "object" || impl === null) {
    const example = service.methods[0] === undefined ? "" : `, { ${service.methods[0].localName}: ... }`;
    throw new TypeError(
      `add(${service.name}) needs the handlers of ${service.typeName} as an object${example}: got ${show(impl)}`,
    );
  }
  const known = service.methods.map((method) => method.localName);
  refuseUnknown(service, impl, known);
  const handlers: [DescMethod, Handler][] = [];
  const missing: string[] = [];
  for (const method of service.methods) {
    const handler = memberOf(impl, method.localName);
    if (typeof handler === "function") handlers.push([method, handler.bind(impl) as Handler]);
    else if (handler === undefined) missing.push(method.localName);
    else
      throw new TypeError(`${service.typeName}: the handler "${method.localName}" is no function: ${typeof handler}`);
  }
  if (missing.length > 0 && !allowMissing) {
    throw new TypeError(
      `${service.typeName}: no handler for ${missing.join(", ")}; add one for each method, or give { allowMissing: true } ` +
        "to answer them with UNIMPLEMENTED",
    );
  }
  return handlers;
}

/** A member, own or of a class, but not what all objects inherit: a method may be named `HasOwnProperty`. */
function memberOf(impl: object, name: string): unknown {
  const member: unknown = Reflect.get(impl, name);
  return member === Reflect.get(Object.prototype, name) ? undefined : member;
}

/** A misspelt handler would never be called. Instances of classes may have members of their own. */
function refuseUnknown(service: DescService, impl: object, known: readonly string[]): void {
  const prototype: unknown = Object.getPrototypeOf(impl);
  if (prototype !== Object.prototype && prototype !== null) return;
  for (const name of Object.keys(impl)) {
    if (known.includes(name)) continue;
    const similar = similarName(name, known);
    const hint = similar === undefined ? `it has ${known.join(", ")}` : `did you mean "${similar}"?`;
    throw new TypeError(`${service.typeName} has no method "${name}": ${hint}`);
  }
}
