/*
 * Options that people know from other tools: grpcurl, ghz, buf, protoc, curl. Each is answered with what peregrine has for it.
 */

/** Options of ours that do the same. Told where the command has them. */
export const sameOptions: Readonly<Record<string, readonly string[]>> = {
  output: ["--out", "--html"],
  o: ["--out", "--html"],
  "output-dir": ["--out"],
  "out-dir": ["--out"],
  ts_out: ["--out"],
  "es-out": ["--out"],
  es_out: ["--out"],
  descriptor_set_out: ["--out"],
  I: ["--include"],
  i: ["--include"],
  proto_path: ["--include"],
  "proto-path": ["--include"],
  "import-path": ["--include"],
  "import-paths": ["--include"],
  protoset: ["--descriptor-set"],
  "descriptor-set-in": ["--descriptor-set"],
  cacert: ["--ca"],
  cacerts: ["--ca"],
  "root-cert": ["--ca"],
  k: ["--insecure"],
  skipTLS: ["--insecure"],
  "skip-verify": ["--insecure"],
  "skip-tls-verify": ["--insecure"],
  cname: ["--server-name"],
  metadata: ["--header"],
  m: ["--header"],
  "rpc-header": ["--header"],
  "reflect-header": ["--header"],
  "max-time": ["--timeout"],
  t: ["--timeout"],
  "max-msg-sz": ["--max-message-bytes"],
  "max-recv-message-size": ["--max-message-bytes"],
  c: ["--concurrency"],
  n: ["--count"],
  total: ["--count"],
  requests: ["--count"],
  z: ["--duration"],
  x: ["--duration"],
  r: ["--rate"],
  rps: ["--rate"],
  qps: ["--rate"],
  cpus: ["--workers"],
  D: ["--data-file"],
  w: ["--write", "--watch"],
  V: ["--verbose"],
  vv: ["--verbose"],
  port: ["--listen"],
  p: ["--listen"],
  address: ["--listen"],
};

const dataIsArgument = `requests are arguments: peregrine COMMAND HOST METHOD '{"name": "Alice"}', or @FILE, or - for standard input`;

/** What is no option here, for commands that reach servers. */
export const foreignHints: Readonly<Record<string, string>> = {
  plaintext: "plaintext is what peregrine speaks; --tls, --ca or --insecure encrypt",
  d: dataIsArgument,
  data: dataIsArgument,
  call: "the method is the second argument: peregrine COMMAND HOST pkg.Service/Method",
  "use-reflection": "the server is asked by reflection unless --proto or --descriptor-set is given",
};
