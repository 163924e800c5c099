/** Options but one of them. */
export function without<T extends object, K extends keyof T>(options: T, name: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => key !== name)) as unknown as Omit<T, K>
}
