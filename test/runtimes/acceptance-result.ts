/** How one feature fared. */
export interface FeatureResult {
  readonly name: string;
  readonly result: "works" | "fails" | "left out";
  /** Why not. */
  readonly why?: string;
}
