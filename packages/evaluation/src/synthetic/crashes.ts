import { Script, type Step } from './log-event.js'
import type { Random } from './random.js'

// Programs that die, as the kernel and systemd tell it.

/** A program touches memory that is not its own. */
export function segfault(random: Random): Step[] {
  const [pid, at] = [random.integer(1000, 32000), random.hex(12)]
  return new Script()
    .kernel(
      0,
      `inventory[${pid}]: segfault at ${random.hex(2)} ip 00007f${at.slice(0, 10)} sp 00007ff${at.slice(0, 9)} error 4 in libparse.so.3`,
    )
    .kernel(1, `Code: ${Array.from({ length: 12 }, () => random.hex(2)).join(' ')}`)
    .say(900, 'systemd-coredump', pid + 9, `Process ${pid} (inventory) of user 998 dumped core.`)
    .say(40, 'systemd', 1, 'inventory.service: Main process exited, code=dumped, status=11/SEGV')
    .say(2, 'systemd', 1, `inventory.service: Failed with result 'core-dump'.`).steps
}

/** Memory runs out and the kernel kills a program. */
export function outOfMemory(random: Random): Step[] {
  const [pid, kilobytes] = [random.integer(1000, 32000), random.integer(6_000_000, 15_000_000)]
  const script = new Script().kernel(
    0,
    'postgres invoked oom-killer: gfp_mask=0x1100cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0',
  )
  script.kernel(1, `CPU: ${random.integer(0, 3)} PID: ${pid} Comm: postgres Not tainted 6.1.0-21-amd64 #1`)
  sayCallTrace(script, random, [
    'dump_stack_lvl',
    'dump_header',
    'oom_kill_process.cold',
    'out_of_memory',
    'asm_exc_page_fault',
  ])
  script.kernel(2, 'Mem-Info:')
  script.kernel(1, 'active_anon:3921 inactive_anon:3811042 isolated_anon:0')
  script.kernel(2, `oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),task=postgres,pid=${pid},uid=107`)
  script.kernel(
    1,
    `Out of memory: Killed process ${pid} (postgres) total-vm:${kilobytes}kB, anon-rss:${kilobytes - 91_000}kB`,
  )
  return script.kernel(350, `oom_reaper: reaped process ${pid} (postgres), now anon-rss:0kB, file-rss:0kB`).steps
}

/** A kernel task waits for a disk that does not answer. */
export function hungTask(random: Random): Step[] {
  const pid = random.integer(200, 900)
  const script = new Script()
    .kernel(0, `INFO: task jbd2/sda1-8:${pid} blocked for more than 120 seconds.`)
    .kernel(1, 'Not tainted 6.1.0-21-amd64 #1')
    .kernel(1, `task:jbd2/sda1-8 state:D stack:0 pid:${pid} ppid:2 flags:0x00004000`)
  sayCallTrace(script, random, [
    '__schedule',
    'schedule',
    'io_schedule',
    'bit_wait_io',
    'jbd2_journal_commit_transaction',
  ])
  return script.steps
}

/** The functions that the kernel was in, innermost first. */
export function sayCallTrace(script: Script, random: Random, functions: readonly string[]): void {
  script.kernel(1, 'Call Trace:').kernel(1, ' <TASK>')
  for (const name of functions) script.kernel(1, ` ${name}+0x${random.hex(2)}/0x${random.hex(3)}`)
  script.kernel(1, ' </TASK>')
}
