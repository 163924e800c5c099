/** Hosts of templates within the last seconds: plain data, fit for JSON. */
export type RecentHostsSnapshot = readonly (readonly [
  template: number,
  hosts: readonly (readonly [host: number, at: number])[],
])[]

/** Lines of several hosts within this time are one happening. */
const AT_ONCE_MS = 5_000

/** On how many hosts each template was seen within the last five seconds. */
export class RecentHosts {
  /** By template: the time of each host's last line, in the order of these times. */
  readonly #hosts: Map<number, number>[] = []

  /** Nothing seen, or what a snapshot says. */
  constructor(snapshot: RecentHostsSnapshot = []) {
    for (const [template, hosts] of snapshot) this.#hosts[template] = new Map(hosts)
  }

  /** Takes in a line, and says on how many hosts its template was seen within the last five seconds, this one included. */
  add(template: number, host: number, at: number): number {
    const hosts = (this.#hosts[template] ??= new Map())
    const isOnlyOne = hosts.size === 0 || (hosts.size === 1 && hosts.has(host))
    if (!isOnlyOne) hosts.delete(host)
    hosts.set(host, at)
    if (isOnlyOne) return 1
    for (const [other, seen] of hosts) {
      if (at - seen <= AT_ONCE_MS) break
      hosts.delete(other)
    }
    return hosts.size
  }

  /** What is known; hosts are numbered anew, in the order of `hosts`. */
  snapshot(hosts: readonly number[]): RecentHostsSnapshot {
    const numberOf = new Map(hosts.map((slot, number) => [slot, number]))
    // Unlike map, flatMap leaves out the templates that were not seen.
    return this.#hosts.flatMap((seen, template) => {
      return [[template, [...seen].map(([host, at]) => [numberOf.get(host) ?? -1, at] as const)] as const]
    })
  }
}
