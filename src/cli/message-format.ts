/** How requests and replies are written. */
export const messageFormats = ["json", "text"] as const;
export type MessageFormat = (typeof messageFormats)[number];
