/** Tests that cannot pass on a runtime, and why. What is not in here and fails is a fault to be looked at. */
export interface KnownFailure {
  /** Names of runtimes; `node` is every Node. */
  readonly runtimes: readonly string[];
  /** A part of the path of the test file. */
  readonly file: string;
  /** The tests of it; all of them without. */
  readonly test?: RegExp;
  readonly reason: string;
}

const denoEval = "the test starts a module by `--input-type=module -e`, which Deno does not take";
const denoVerify =
  "Deno reports every certificate that it refuses as UNABLE_TO_VERIFY_LEAF_SIGNATURE, whether expired, not valid yet or of another purpose; it is refused all the same";
const denoAddress = "Deno has forgotten the client's address when a handshake fails, so that the error cannot name it";
const denoNames =
  "Deno writes IPv6 addresses in certificates in short (`::1`), and a comma inside of a name without a backslash: there `CN=a\\, O=b` reads like two attributes, so compare `call.peer.certificate`, not `subject`";

export const knownFailures: readonly KnownFailure[] = [
  {
    runtimes: ["bun"],
    file: "src/net/listen-tls",
    test: /no version of TLS/,
    reason: "the test's client needs a cipher string of OpenSSL (`@SECLEVEL`), which Bun's BoringSSL does not know",
  },
  {
    runtimes: ["bun"],
    file: "src/net/listen.test",
    test: /does not have/,
    reason: "Bun gives no code for a name that cannot be resolved; the message says `Failed to listen`",
  },
  {
    runtimes: ["bun"],
    file: "src/net/listen.test",
    test: /running out of files/,
    reason: "Bun leaves connections that it has no file for in the queue, and takes them later, where Node closes them",
  },
  {
    runtimes: ["bun"],
    file: "src/net/process-hold",
    reason: "Bun's `process.getActiveResourcesInfo()` knows no timers",
  },
  {
    runtimes: ["bun"],
    file: "src/net/socket-driver",
    test: /destroyed by somebody else/,
    reason: "Bun emits `end` on a socket that was destroyed here; the error follows as on Node",
  },
  {
    runtimes: ["bun"],
    file: "src/resolve/ip-address",
    reason: "Bun's `net.isIP` does not know `::` that stands for one or no group before an IPv4 address",
  },
  {
    runtimes: ["bun"],
    file: "src/testing/ip-bytes",
    reason: "Bun's `net.SocketAddress` does not know `::` that stands for one or no group before an IPv4 address",
  },
  {
    runtimes: ["deno"],
    file: "src/cli/generate",
    test: /--watch/,
    reason: "Deno's `node:child_process` gives no exit code of a process that heard an interrupt",
  },
  { runtimes: ["deno"], file: "src/cli/io", reason: denoEval },
  {
    runtimes: ["deno"],
    file: "src/cli/watcher",
    reason: "`fs.watch` of Deno tells later, by an event, that a directory is not there; Node throws",
  },
  { runtimes: ["deno"], file: "src/net/dial", test: /server's certificate verified/, reason: denoNames },
  {
    runtimes: ["deno"],
    file: "src/net/dial",
    test: /SNI/,
    reason: "Deno gives null for a server name that was not sent, Node false",
  },
  { runtimes: ["deno"], file: "src/net/dial", test: /wrong with a certificate/, reason: denoVerify },
  { runtimes: ["deno"], file: "src/net/listen-tls", test: /turns away plaintext/, reason: denoAddress },
  {
    runtimes: ["deno"],
    file: "src/net/listen-tls",
    test: /no version of TLS/,
    reason: "Deno's client sends nothing when it is asked for TLS 1.1, so that there is nothing to refuse",
  },
  { runtimes: ["deno"], file: "src/net/listen-tls", test: /requires a certificate/, reason: denoVerify },
  { runtimes: ["deno"], file: "src/net/listen-tls", test: /names in a certificate/, reason: denoNames },
  {
    runtimes: ["deno"],
    file: "src/net/listen-tls",
    test: /refuse what cannot work/,
    reason:
      "Deno's `tls.createSecureContext` checks neither that key and certificate belong together nor the ciphers; handshakes fail later",
  },
  {
    runtimes: ["deno"],
    file: "src/net/listen.test",
    test: /errors of the machine/,
    reason: `${denoEval}; and Deno panics at its start where a process may open 40 files only, as the test has it`,
  },
  { runtimes: ["deno"], file: "src/net/system-clock", reason: denoEval },
  { runtimes: ["deno"], file: "src/proto/config-file", reason: denoEval },
  {
    runtimes: ["deno"],
    file: "src/testing/certificates",
    test: /say what they were asked/,
    reason: denoNames,
  },
  {
    runtimes: ["deno"],
    file: "src/testing/certificates",
    test: /expired|not valid yet|do not prove/,
    reason: denoVerify,
  },
  {
    runtimes: ["deno"],
    file: "src/testing/certificates",
    reason:
      "on a Deno server `socket.authorized` is true for a client without certificate; ours looks for the certificate",
  },
  { runtimes: ["deno"], file: "test/bad-input/client", test: /expired/, reason: denoVerify },
  {
    runtimes: ["deno"],
    file: "test/client/calls",
    test: /server that is killed/,
    reason:
      "the peer here is grpc-js on Deno's `node:http2`, which resets streams with CANCEL when its session is destroyed",
  },
  { runtimes: ["deno"], file: "test/client/calls", test: /keep the process alive/, reason: denoEval },
  {
    runtimes: ["deno"],
    file: "test/peers/connect-client",
    reason: "the peer's `node:http2`: Deno is aborted by an assertion in nghttp2 (`stream->closed_next == NULL`)",
  },
  {
    runtimes: ["deno"],
    file: "test/peers/grpc-js-server",
    test: /TLS/,
    reason: "the peer: a TLS server of grpc-js does not speak TLS on Deno",
  },
];
