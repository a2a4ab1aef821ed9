import {
  checkBoolean,
  checkNumber,
  checkOneOf,
  checkOptions,
  isArray,
  isFunction,
  isInteger,
  isNumber,
  isObjectWith,
  isOptions,
  isText,
  type OptionChecks,
  show,
} from "../base/check-option.js";
import { isKeepalive, isLimits, isPingPolicy, sizeChecks } from "../http2/check-options.js";
import { isCompression } from "../message/compression.js";
import { targetText } from "../net/listen-address.js";
import { checkTlsServerOptions } from "../net/tls-options.js";
import { messageBytesMost } from "./environment.js";
import type {
  AddOptions,
  CloseOptions,
  ServerCompression,
  ServerConnectionOptions,
  ServerListenOptions,
  ServerOptions,
} from "./options.js";

const compression: OptionChecks<ServerCompression> = {
  encodings: isArray(isText),
  byDefault: checkBoolean,
  bytesMin: isInteger(0, messageBytesMost),
  accept: isArray(isText),
  custom: isArray(isCompression),
};

const connection: OptionChecks<ServerConnectionOptions> = {
  idleMsMax: isNumber(0),
  ageMsMax: isNumber(0),
  ageGraceMs: isNumber(0),
};

const server: OptionChecks<ServerOptions> = {
  gates: isArray(isObjectWith("admit")),
  interceptors: isArray(isFunction),
  receiveMessageBytesMax: isInteger(0, messageBytesMost),
  maxDecodedBytes: isNumber(0),
  unknownFields: (name, value) => checkOneOf(name, value, ["keep", "drop"]),
  sendMessageBytesMax: isInteger(0, messageBytesMost),
  compression: isOptions(compression),
  connection: isOptions(connection),
  keepalive: isKeepalive,
  pingPolicy: isPingPolicy,
  limits: isLimits,
  http2: isOptions(sizeChecks),
  onError: isFunction,
  codecs: isFunction,
  checkFieldNames: checkBoolean,
  probe: isObjectWith("onServer"),
  clock: isObjectWith("nowMs", "setTimer"),
  random: isFunction,
  network: isObjectWith("listen", "atTurnEnd"),
};

const listen: OptionChecks<ServerListenOptions> = { tls: (_, value) => checkTlsServerOptions(value) };
const close: OptionChecks<CloseOptions> = { graceMs: (name, value) => checkNumber(name, value, 0) };
const add: OptionChecks<AddOptions> = {
  allowMissing: checkBoolean,
  gates: isArray(isObjectWith("admit")),
  interceptors: isArray(isFunction),
};

/** @throws {TypeError} naming the option, its value and what it may be */
export function checkServerOptions(options: ServerOptions): void {
  checkOptions("server options", options, server);
}

/** As `checkServerOptions`, for `Server.listen`. */
export function checkListenOptions(options: ServerListenOptions): void {
  checkOptions("options of listen()", options, listen);
}

/** As `checkServerOptions`, for `Server.close`. */
export function checkCloseOptions(options: CloseOptions): void {
  checkOptions("options of close()", options, close);
}

/** As `checkServerOptions`, for `Server.add`. */
export function checkAddOptions(options: AddOptions): void {
  checkOptions("options of add()", options, add);
}

/**
 * @returns a listen target as text
 * @throws {TypeError} when it is neither a text nor an address, or a port alone
 */
export function checkTarget(target: unknown): string {
  const text = targetText(target);
  const isPort = typeof target === "number" || (text !== undefined && /^\d+$/.test(text));
  if (text !== undefined && !isPort) return text;
  const instead = isPort ? `; write "127.0.0.1:${target}" for this machine alone, ":${target}" for all addresses` : "";
  throw new TypeError(`listen() takes host:port or unix:path as a text: got ${show(target)}${instead}`);
}

/** @throws {TypeError} when it is no service of generated code or of `loadProto` */
export function checkService(service: unknown): void {
  if (typeof service === "object" && service !== null && "kind" in service && service.kind === "service") return;
  const got = service === undefined ? "undefined: is it imported under the name that its file exports?" : show(service);
  throw new TypeError(
    `add() and remove() take a service as generated code exports it, or a part such as health(): got ${got}`,
  );
}
