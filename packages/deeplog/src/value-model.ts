/** Placeholder. */
export interface ValueModel {
  readonly format: string
}
