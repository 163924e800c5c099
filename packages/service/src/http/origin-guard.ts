import { isIP } from 'node:net'
import { isLoopback } from './listening.js'

/**
 * Why a request is refused for where it comes from; `null` where it is not. A page of a stranger in a browser on this
 * machine reaches the loopback too: it is told apart by its `Origin`, and by the name that it calls us where it turned
 * its own name to our address (DNS rebinding). Programs send neither.
 * @param isOpen whether the service asks for no token
 */
export function strangeOrigin(
  { host, origin, site }: { readonly host?: string; readonly origin?: string; readonly site?: string },
  isOpen: boolean,
): string | null {
  const named = host === undefined ? null : hostNameOf(host)
  if (named === null) return 'the header host is missing or not well formed'
  if (isOpen && !isLoopback(named) && isIP(named) === 0) return 'call the service by its address or as localhost'
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'requests of other sites are refused'
  if (origin === undefined) return null
  const isOurs = origin === `http://${host}` || origin === `https://${host}`
  return isOurs ? null : 'requests of other origins are refused'
}

/** The name in a header `Host: name:port`; `null` where it is none. */
function hostNameOf(host: string): string | null {
  const match = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9._-]{1,253}))(?::\d{1,5})?$/.exec(host)
  return match === null ? null : (match[1] ?? match[2])
}
