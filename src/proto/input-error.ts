/** Paths or settings that do not lead to `.proto` files; the message says what to do. */
export class InputError extends Error {
  override get name(): string {
    return "InputError";
  }
}
