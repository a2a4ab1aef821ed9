import { FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
/** The types that have a word of their own. */
const scalarTypes = new Map([
    ["double", Type.DOUBLE],
    ["float", Type.FLOAT],
    ["int64", Type.INT64],
    ["uint64", Type.UINT64],
    ["int32", Type.INT32],
    ["fixed64", Type.FIXED64],
    ["fixed32", Type.FIXED32],
    ["bool", Type.BOOL],
    ["string", Type.STRING],
    ["bytes", Type.BYTES],
    ["uint32", Type.UINT32],
    ["sfixed32", Type.SFIXED32],
    ["sfixed64", Type.SFIXED64],
    ["sint32", Type.SINT32],
    ["sint64", Type.SINT64],
]);
/** Undefined for a name of a message or an enum. */
export function scalarTypeOf(name) {
    return scalarTypes.get(name);
}
/** The word for a type, for messages. */
export function typeWord(type) {
    for (const [word, t] of scalarTypes)
        if (t === type)
            return word;
    return type === Type.ENUM ? "enum" : type === Type.GROUP ? "group" : "message";
}
/** Whether a repeated field of the type can be packed. */
export function isPackable(type) {
    return type !== Type.STRING && type !== Type.BYTES && type !== Type.MESSAGE && type !== Type.GROUP;
}
/** Whether the type has 64 bits and is no float. */
export function isInt64(type) {
    return (type === Type.INT64 ||
        type === Type.UINT64 ||
        type === Type.SINT64 ||
        type === Type.FIXED64 ||
        type === Type.SFIXED64);
}
