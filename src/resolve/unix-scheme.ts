import type { SocketAddress } from "../net/address.js";
import { invalidTarget } from "./invalid-target.js";
import type { ResolverScheme } from "./resolver.js";
import { StaticResolver } from "./static-resolver.js";
import type { Target } from "./target.js";

/** Calls over a Unix socket have no host to name. */
const unixAuthority = "localhost";

/** `unix:relative/or/absolute` and `unix:///absolute`. */
export const unixScheme: ResolverScheme = {
  scheme: "unix",
  authorityOf: (target) => {
    readPath(target);
    return unixAuthority;
  },
  create: (target, context) => new StaticResolver([{ path: readPath(target) }], context),
};

/** `unix-abstract:name`: Linux's sockets without a file. */
export const unixAbstractScheme: ResolverScheme = {
  scheme: "unix-abstract",
  authorityOf: (target) => {
    readName(target);
    return unixAuthority;
  },
  create: (target, context) => new StaticResolver([readName(target)], context),
};

function readPath(target: Target): string {
  const rest = target.text.slice(target.text.indexOf(":") + 1);
  if (!rest.startsWith("//")) {
    if (rest === "") throw invalidTarget(target.text, "it names no path");
    return rest;
  }
  if (target.authority !== "") throw invalidTarget(target.text, 'behind "unix://" an absolute path must follow');
  if (target.endpoint === "") throw invalidTarget(target.text, "it names no path");
  return `/${target.endpoint}`;
}

function readName(target: Target): SocketAddress {
  if (target.authority !== "") throw invalidTarget(target.text, 'the scheme "unix-abstract" has no authority');
  if (target.endpoint === "") throw invalidTarget(target.text, "it names no socket");
  return { path: `\0${target.endpoint}` };
}
