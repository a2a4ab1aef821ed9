/** `peregrine/services`: what servers tell of themselves, and how to ask them. */
export { Channelz, channelz } from "./channelz.js";
export * as channelzV1 from "./grpc/channelz/v1/channelz_pb.js";
export * as healthV1 from "./grpc/health/v1/health_pb.js";
export * as reflectionV1 from "./grpc/reflection/v1/reflection_pb.js";
export * as reflectionV1alpha from "./grpc/reflection/v1alpha/reflection_pb.js";
export { Health, type HealthStatus, health } from "./health.js";
export type { ReflectionClientLimits } from "./limits.js";
export { type ReflectionOptions, reflection } from "./reflection.js";
export { ReflectionClient, type ReflectionClientOptions } from "./reflection-client.js";
