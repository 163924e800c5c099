import { Script, type Step } from './log-event.js'
import { dhcpRequest, privateAddress, throttled, webRequest } from './normal-scripts.js'
import type { Random } from './random.js'

// One normal message, far too often.

/** The host asks for its address over and over. */
export function burstOfLeases(random: Random): Step[] {
  return repeat(random, (script, waitMs) => script.say(waitMs, 'dhclient', 640, dhcpRequest()))
}

/** One client asks for the login page over and over. */
export function burstOfRequests(random: Random): Step[] {
  const client = privateAddress(random)
  return repeat(random, (script, waitMs) => script.say(waitMs, 'nginx', 941, webRequest(random, client, '/login')))
}

/** A processor reports over and over that it is too warm. */
export function burstOfWarmth(random: Random): Step[] {
  const [core, total] = [random.integer(0, 3), random.integer(100, 900)]
  return repeat(random, (script, waitMs, i) => script.kernel(waitMs, throttled(core, total + i)))
}

/** 30 to 60 times within two minutes. */
function repeat(random: Random, say: (script: Script, waitMs: number, i: number) => void): Step[] {
  const script = new Script()
  const times = random.integer(30, 60)
  for (let i = 0; i < times; i++) say(script, i === 0 ? 0 : random.integer(200, 2000), i)
  return script.steps
}
