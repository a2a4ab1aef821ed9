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
export { SimulatedClock } from "./simulated-clock.js";
