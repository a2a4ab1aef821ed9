import type { DescMethod, DescService, Message } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";

/**
 * A message whose fields are not known to the compiler, since its type was loaded when the program ran. Fields have
 * their names in camel case, as in generated types.
 */
export type DynamicMessage = Message & { [field: string]: unknown };

/** A message type that was loaded when the program ran; it fits wherever a generated `...Schema` does. */
export type DynamicMessageSchema = GenMessage<DynamicMessage>;

/** A method of a `DynamicService`. Which of the four shapes it has is not known to the compiler. */
export type DynamicMethod = Omit<DescMethod, "input" | "output"> & {
  readonly input: DynamicMessageSchema;
  readonly output: DynamicMessageSchema;
};

/** A service that was loaded when the program ran; it fits wherever a generated service does. */
export type DynamicService = Omit<DescService, "method"> & { readonly method: Record<string, DynamicMethod> };
