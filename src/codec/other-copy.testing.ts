import { createRequire } from "node:module";

/**
 * A second copy of protobuf-es, as a program may have one besides ours: its build for CommonJS, whose modules are not those of the
 * build that we import. Messages that it makes have prototypes, and objects for unset bytes, of their own.
 */
export const otherCopy: typeof import("@bufbuild/protobuf") = createRequire(import.meta.url)("@bufbuild/protobuf");
