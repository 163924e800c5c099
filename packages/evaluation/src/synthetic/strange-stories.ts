import { cronScript, leaseScript, restartScript, webRequest, privateAddress } from './normal-scripts.js'
import type { Random } from './random.js'
import { Script, type Step } from './log-event.js'

// Stories of which every line is normal: what is wrong is their order, their pace, or a value in them.

/** A cron job whose command runs before its session is opened. */
export function reorderedCron(random: Random): Step[] {
  return swapped(cronScript(random, 'cd / && run-parts --report /etc/cron.hourly'), 0, 1)
}

/** A service that is said to have started before it is stopped. */
export function reorderedRestart(random: Random): Step[] {
  return swapped(restartScript(random), 1, 5)
}

/** An address that is bound before it is asked for. */
export function reorderedLease(random: Random): Step[] {
  return swapped(leaseScript(random), 0, 2)
}

/** An address that is acknowledged only after minutes. */
export function slowLease(random: Random): Step[] {
  return delayed(leaseScript(random), 1, random.integer(3, 12) * MINUTE)
}

/** A statistics job that hangs for half an hour. */
export function slowCron(random: Random): Step[] {
  return delayed(
    cronScript(random, 'command -v debian-sa1 > /dev/null && debian-sa1 1 1'),
    2,
    random.integer(8, 35) * MINUTE,
  )
}

/** A service that takes minutes to stop. */
export function slowRestart(random: Random): Step[] {
  return delayed(restartScript(random), 1, random.integer(3, 15) * MINUTE)
}

/** A disk that is far too hot. */
export function hotDisk(random: Random): Step[] {
  const change = `Temperature_Celsius changed from ${random.integer(30, 41)} to ${random.integer(74, 98)}`
  return new Script().say(0, 'smartd', 655, `Device: /dev/sda [SAT], SMART Usage Attribute: 194 ${change}`).steps
}

/** A response of hundreds of megabytes. */
export function slowAnswer(random: Random): Step[] {
  const request = webRequest(random, privateAddress(random), '/search')
  return new Script().say(0, 'nginx', 941, request.replace(/ \d+ (?=\S+$)/, ` ${random.integer(90, 900)}000000 `)).steps
}

/** A lease that has to be renewed at once. */
export function shortLease(random: Random): Step[] {
  const steps = leaseScript(random)
  const message = `bound to 10.0.0.5 -- renewal in ${random.integer(2, 40)} seconds.`
  return steps.map((step) => (step.message.startsWith('bound') ? { ...step, message } : step))
}

const MINUTE = 60_000

/** What two steps say, exchanged; the times stay. */
function swapped(steps: readonly Step[], a: number, b: number): Step[] {
  return steps.map((step, i) => ({ ...(i === a ? steps[b] : i === b ? steps[a] : step), atMs: step.atMs }))
}

/** A step and all after it, later. */
function delayed(steps: readonly Step[], from: number, byMs: number): Step[] {
  return steps.map((step, i) => (i < from ? step : { ...step, atMs: step.atMs + byMs }))
}
