import type { AnyDesc, DescEnum, DescExtension, DescFile, DescMessage } from "@bufbuild/protobuf";
import { isFieldSet } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
  type SourceCodeInfo,
  SourceCodeInfo_LocationSchema,
} from "@bufbuild/protobuf/wkt";

/** The comments at an element of a `.proto` file; lines end with LF. */
export interface Comments {
  readonly leadingDetached: readonly string[];
  readonly leading: string | undefined;
  readonly trailing: string | undefined;
}

const noComments: Comments = { leadingDetached: [], leading: undefined, trailing: undefined };

const inFile = FileDescriptorProtoSchema.field;
const inMessage = DescriptorProtoSchema.field;

/** The comments at the `syntax` or `edition` line. */
export function syntaxComments(file: DescFile): Comments {
  return findComments(file.proto.sourceCodeInfo, [inFile.syntax.number]);
}

/** The comments at the `package` line. */
export function packageComments(file: DescFile): Comments {
  return findComments(file.proto.sourceCodeInfo, [inFile.package.number]);
}

/** The comments at any element but the file. */
export function commentsOf(desc: Exclude<AnyDesc, DescFile>): Comments {
  return findComments(fileOf(desc).proto.sourceCodeInfo, sourcePath(desc));
}

function fileOf(desc: Exclude<AnyDesc, DescFile>): DescFile {
  return "file" in desc ? desc.file : desc.parent.file;
}

/** The path as `SourceCodeInfo.Location` has it: field numbers and indices from the file down. */
function sourcePath(desc: Exclude<AnyDesc, DescFile>): number[] {
  switch (desc.kind) {
    case "message":
    case "enum":
    case "extension":
      return typePath(desc);
    case "service":
      return [inFile.service.number, desc.file.proto.service.indexOf(desc.proto)];
    case "field":
      return [...sourcePath(desc.parent), inMessage.field.number, desc.parent.proto.field.indexOf(desc.proto)];
    case "oneof":
      return [...sourcePath(desc.parent), inMessage.oneofDecl.number, desc.parent.proto.oneofDecl.indexOf(desc.proto)];
    case "enum_value": {
      const values = desc.parent.proto.value;
      return [...sourcePath(desc.parent), EnumDescriptorProtoSchema.field.value.number, values.indexOf(desc.proto)];
    }
    case "rpc": {
      const methods = desc.parent.proto.method;
      return [
        ...sourcePath(desc.parent),
        ServiceDescriptorProtoSchema.field.method.number,
        methods.indexOf(desc.proto),
      ];
    }
  }
}

/** Messages, enums and extensions stand in the file or in a message. */
function typePath(desc: DescMessage | DescEnum | DescExtension): number[] {
  const { parent } = desc;
  const above = parent === undefined ? [] : sourcePath(parent);
  switch (desc.kind) {
    case "message":
      return parent === undefined
        ? [inFile.messageType.number, desc.file.proto.messageType.indexOf(desc.proto)]
        : [...above, inMessage.nestedType.number, parent.proto.nestedType.indexOf(desc.proto)];
    case "enum":
      return parent === undefined
        ? [inFile.enumType.number, desc.file.proto.enumType.indexOf(desc.proto)]
        : [...above, inMessage.enumType.number, parent.proto.enumType.indexOf(desc.proto)];
    case "extension":
      return parent === undefined
        ? [inFile.extension.number, desc.file.proto.extension.indexOf(desc.proto)]
        : [...above, inMessage.extension.number, parent.proto.extension.indexOf(desc.proto)];
  }
}

function findComments(info: SourceCodeInfo | undefined, path: readonly number[]): Comments {
  for (const location of info?.location ?? []) {
    if (location.path.length !== path.length || location.path.some((part, i) => part !== path[i])) continue;
    const fields = SourceCodeInfo_LocationSchema.field;
    return {
      leadingDetached: location.leadingDetachedComments.map(linesByLf),
      leading: isFieldSet(location, fields.leadingComments) ? linesByLf(location.leadingComments) : undefined,
      trailing: isFieldSet(location, fields.trailingComments) ? linesByLf(location.trailingComments) : undefined,
    };
  }
  return noComments;
}

/** All that ends a line in TypeScript becomes LF, so that no comment can end early. */
function linesByLf(text: string): string {
  return text.replace(/\r\n|[\r\u2028\u2029]/g, "\n");
}
