/** What hostile peers have done to HTTP/2, gRPC and Protobuf, and where it was seen. Every attack belongs to one. */
export const vectors = {
  "tiny-data": "CVE-2019-9511, CVE-2026-84304",
  "slow-reader": "CVE-2019-9517",
  "control-flood": "CVE-2019-9512, -9514, -9515",
  priority: "CVE-2019-9513",
  empty: "CVE-2019-9516, -9518",
  "header-list": "CVE-2016-1544, -6581, CVE-2026-49975, -47774",
  hpack: "CVE-2022-41723, CVE-2023-33953",
  settings: "CVE-2020-11080, CVE-2026-33814",
  "rapid-reset": "CVE-2023-44487",
  continuation: "CVE-2024-27316, -27983, CVE-2026-33871",
  "made-you-reset": "CVE-2025-8671",
  "after-termination": "CVE-2026-27135",
  "window-leak": "CVE-2026-21714",
  "message-size": "CVE-2024-37168",
  malformed: "CVE-2026-48068, -48069",
  "percent-sign": "grpc-node #2209",
  sockets: "CVE-2023-4785, CVE-2024-47609",
  nesting: "CVE-2025-4565, CVE-2026-0994, -44289, -45740",
  prototype: "CVE-2022-25878, -2023-36665",
  "wire-values": "CVE-2026-44288",
  expansion: "CVE-2026-48712",
  "loop-time": "found on our own server and client",
  unfinished: "found on our own server: half-sent messages, late acks of PINGs",
  "least-rate": "found on our own server: a byte now and then",
  sums: "found on our own server: bounded things times unbounded connections",
} as const;

export type VectorName = keyof typeof vectors;

/** Vectors that a role cannot meet, with the reason. */
export const onlyOneRole: Readonly<Partial<Record<VectorName, string>>> = {
  "percent-sign": "grpc-message goes from servers to clients",
  "least-rate": "a client asked for the work, and its calls have deadlines; its frames are timed where it says so",
  sums: "a channel has few connections, and makes them itself",
};
