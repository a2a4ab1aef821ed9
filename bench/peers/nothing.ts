// A program that does nothing, for what Node itself costs to start.
export {};
