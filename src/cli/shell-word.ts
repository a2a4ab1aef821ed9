/** A name as `.proto` files can have it, of a service, method, message or enum: `shop.v1.Shop`. Servers can claim others. */
const fullName = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;

/** Characters that no shell gives a meaning to, wherever they stand in a word that does not begin with `=`. */
const plainWord = /^(?!=)[A-Za-z0-9_./:=-]*$/;

/** Whether a name follows the grammar of Protobuf. */
export function isFullName(name: string): boolean {
  return fullName.test(name);
}

/** Whether a shell that is given the word, without quotes, takes it as it is. */
export function isPlainWord(word: string): boolean {
  return plainWord.test(word);
}
