import type { DescMethod, DescService, Message } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";

/**
 * A message whose fields are not known to the compiler, since its type was loaded when the program ran. Fields have
 * their names in camel case, as in generated types.
 */
export type DynamicMessage = Message & { [field: string]: unknown };

/** A message type that was loaded when the program ran; it fits wherever a generated `...Schema` does. */
export type DynamicMessageSchema = GenMessage<DynamicMessage>;

/** The shapes of a service's methods by their local names: `{ sayHello: "unary" }`. */
export type MethodShapes = Readonly<Record<string, DescMethod["methodKind"]>>;

/** A method of a `DynamicService`. Where nobody said which of the four shapes it has, the compiler does not know. */
export type DynamicMethod<Kind extends DescMethod["methodKind"] = DescMethod["methodKind"]> = Omit<
  DescMethod,
  "methodKind" | "input" | "output"
> & {
  readonly methodKind: Kind;
  readonly input: DynamicMessageSchema;
  readonly output: DynamicMessageSchema;
};

/** A service that was loaded when the program ran; it fits wherever a generated service does. */
export type DynamicService<Shapes extends MethodShapes = MethodShapes> = Omit<DescService, "method"> & {
  readonly method: { readonly [Name in keyof Shapes]: DynamicMethod<Shapes[Name]> };
};
