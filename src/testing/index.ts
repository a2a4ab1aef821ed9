/** `peregrine/testing`: what tests of gRPC services need. */
export {
  type CertificateOptions,
  createTestAuthority,
  createTestCertificates,
  type KeyAndCertificate,
  type TestAuthority,
  type TestCertificates,
  type TestCertificatesOptions,
} from "./certificates.js";
export { type Fault, FaultInjector, type FaultInjectorOptions } from "./faults.js";
export { InMemory, type InMemoryOptions, startInMemory } from "./in-memory.js";
export { MemoryNetwork } from "./memory-network.js";
export { SimulatedClock } from "./simulated-clock.js";
export { Stub, type StubCall, startStub } from "./stub.js";
