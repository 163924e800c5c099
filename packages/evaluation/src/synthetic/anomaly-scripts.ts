import { dhcpRequest, privateAddress, throttled, webRequest } from './normal-scripts.js'
import type { Random } from './random.js'
import { Script, type Step } from './syslog-event.js'

/**
 * The kinds of incidents.
 * - `unseen`: a message that the normal log never contains (disk controller, kernel bug, RAID, hardware error)
 * - `error`: something fails and says so (full disk, read-only file system, database gone, service loops)
 * - `attack`: somebody tries to get in (ssh passwords, SYN flood, sudo passwords)
 * - `crash`: a program dies (segmentation fault, out of memory with its call trace, hung task)
 * - `burst`: one message that is normal by itself, 30 to 60 times within two minutes
 * - `missing`: the heartbeat is silent for 25 to 45 minutes; nothing is written, something is absent
 */
export const ANOMALY_KINDS = ['unseen', 'error', 'attack', 'crash', 'burst', 'missing'] as const

/** A kind of incident by name; {@link ANOMALY_KINDS} says what each is. */
export type AnomalyKind = (typeof ANOMALY_KINDS)[number]

type Variant = (random: Random) => Step[]

/** The scripts of each kind; they are used in turn, so that two incidents of a kind differ. `missing` writes nothing. */
export const ANOMALY_SCRIPTS: Readonly<Record<AnomalyKind, readonly Variant[]>> = {
  unseen: [nvmeError, kernelBug, degradedRaid, hardwareError],
  error: [databaseGone, diskFull, readOnlyFileSystem, restartLoop],
  attack: [passwordGuessing, synFlood, sudoFailures],
  crash: [segfault, outOfMemory, hungTask],
  burst: [burstOfLeases, burstOfRequests, burstOfWarmth],
  missing: [],
}

function nvmeError(random: Random): Step[] {
  const sector = random.integer(1_000_000, 900_000_000)
  return new Script()
    .kernel(0, `nvme nvme0: I/O ${random.integer(1, 900)} QID ${random.integer(1, 4)} timeout, aborting`)
    .kernel(30_010, 'nvme nvme0: Abort status: 0x371')
    .kernel(4, `blk_update_request: I/O error, dev nvme0n1, sector ${sector} op 0x0:(READ) flags 0x80700 phys_seg 4`)
    .kernel(1, `blk_update_request: I/O error, dev nvme0n1, sector ${sector + 8} op 0x0:(READ) flags 0x0 phys_seg 1`)
    .kernel(2100, 'nvme nvme0: controller is down; will reset: CSTS=0x3, PCI_STATUS=0x10').steps
}

function kernelBug(random: Random): Step[] {
  const script = new Script()
    .kernel(0, `BUG: unable to handle page fault for address: ffff${random.hex(12)}`)
    .kernel(1, '#PF: supervisor read access in kernel mode')
    .kernel(1, `Oops: 0000 [#1] PREEMPT SMP NOPTI`)
    .kernel(1, `RIP: 0010:dev_queue_work+0x${random.hex(2)}/0x2f0 [exdrv]`)
  sayCallTrace(script, random, ['process_one_work', 'worker_thread', 'kthread', 'ret_from_fork'])
  return script.kernel(1, `---[ end trace 0000000000000000 ]---`).steps
}

function degradedRaid(): Step[] {
  return new Script()
    .kernel(0, 'md/raid1:md0: Disk failure on sdd1, disabling device.')
    .kernel(1, 'md/raid1:md0: Operation continuing on 1 devices.')
    .say(4000, 'mdadm', 690, 'Fail event detected on md device /dev/md0, component device /dev/sdd1')
    .say(2, 'mdadm', 690, 'DegradedArray event detected on md device /dev/md0').steps
}

function hardwareError(random: Random): Step[] {
  return new Script()
    .kernel(0, 'mce: [Hardware Error]: Machine check events logged')
    .kernel(1, `mce: [Hardware Error]: CPU 2: Machine Check: 0 Bank 7: ${random.hex(16)}`)
    .kernel(1, `EDAC MC0: ${random.integer(1, 9)} CE memory read error on CPU_SrcID#0_Channel#1_DIMM#0`).steps
}

function databaseGone(random: Random): Step[] {
  const script = new Script().say(0, 'postgres', 880, 'FATAL:  terminating connection due to administrator command')
  for (let i = random.integer(8, 14); i > 0; i--) {
    const wait = `retry in ${random.integer(1, 30)} s`
    script.say(
      random.integer(400, 5000),
      'inventory',
      915,
      `ERROR could not connect to database 10.0.0.7:5432: connection refused, ${wait}`,
    )
  }
  return script.say(900, 'inventory', 915, 'ERROR giving up after too many attempts, requests will fail').steps
}

function diskFull(random: Random): Step[] {
  const script = new Script()
  for (let i = random.integer(6, 12); i > 0; i--) {
    const file = `/var/spool/mailer/${random.hex(8)}.tmp`
    script.say(random.integer(200, 6000), 'mailer', 930, `ERROR write ${file}: No space left on device`)
  }
  return script.say(
    500,
    'systemd-journald',
    301,
    'Failed to write entry (22 items, 763 bytes), ignoring: No space left on device',
  ).steps
}

function readOnlyFileSystem(random: Random): Step[] {
  const inode = random.integer(100_000, 999_999)
  return new Script()
    .kernel(0, `EXT4-fs error (device sda1): ext4_lookup:1855: inode #${inode}: comm nginx: iget: checksum invalid`)
    .kernel(3, 'Aborting journal on device sda1-8.')
    .kernel(5, 'EXT4-fs (sda1): Remounting filesystem read-only')
    .say(
      1200,
      'logrotate',
      random.integer(1000, 32000),
      'error: error creating output file /var/log/nginx/access.log.1: Read-only file system',
    ).steps
}

function restartLoop(random: Random): Step[] {
  const script = new Script()
  for (let i = 1; i <= 5; i++) {
    script.say(
      random.integer(300, 900),
      'metrics-agent',
      random.integer(1000, 32000),
      'panic: invalid configuration: line 14: unknown key',
    )
    script.say(20, 'systemd', 1, 'metrics-agent.service: Main process exited, code=exited, status=2/INVALIDARGUMENT')
    script.say(3, 'systemd', 1, `metrics-agent.service: Failed with result 'exit-code'.`)
    script.say(5000, 'systemd', 1, `metrics-agent.service: Scheduled restart job, restart counter is at ${i}.`)
  }
  return script.say(10, 'systemd', 1, 'metrics-agent.service: Start request repeated too quickly.').steps
}

function passwordGuessing(random: Random): Step[] {
  const script = new Script()
  const peer = publicAddress(random)
  for (let i = random.integer(8, 14); i > 0; i--) {
    const [user, pid, port] = [random.pick(GUESSED_NAMES), random.integer(1000, 32000), random.integer(30000, 65000)]
    script.say(random.integer(300, 2500), 'sshd', pid, `Invalid user ${user} from ${peer} port ${port}`)
    script.say(
      15,
      'sshd',
      pid,
      `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${peer}`,
    )
    script.say(1800, 'sshd', pid, `Failed password for invalid user ${user} from ${peer} port ${port} ssh2`)
  }
  return script.steps
}

function synFlood(random: Random): Step[] {
  const script = new Script().kernel(0, 'TCP: request_sock_TCP: Possible SYN flooding on port 443. Sending cookies.')
  for (let i = 0; i < 4; i++) {
    const dropped = `nf_conntrack: table full, dropping packet from ${publicAddress(random)}`
    script.kernel(random.integer(300, 5000), dropped)
  }
  return script.steps
}

function sudoFailures(random: Random): Step[] {
  const script = new Script()
  for (let i = 1; i <= 3; i++) {
    script.say(
      random.integer(2500, 6000),
      'sudo',
      21977,
      'pam_unix(sudo:auth): authentication failure; logname=www uid=33 euid=0 tty=/dev/pts/3',
    )
    script.say(
      2100,
      'sudo',
      21977,
      `www-data : ${i} incorrect password attempts ; TTY=pts/3 ; PWD=/tmp ; USER=root ; COMMAND=/bin/sh`,
    )
  }
  return script.say(
    300,
    'sudo',
    21977,
    'www-data : user NOT in sudoers ; TTY=pts/3 ; PWD=/tmp ; USER=root ; COMMAND=/bin/sh',
  ).steps
}

function segfault(random: Random): Step[] {
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

function outOfMemory(random: Random): Step[] {
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

function hungTask(random: Random): Step[] {
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

function burstOfLeases(random: Random): Step[] {
  return repeat(random, (script, waitMs) => script.say(waitMs, 'dhclient', 640, dhcpRequest()))
}

function burstOfRequests(random: Random): Step[] {
  const client = privateAddress(random)
  return repeat(random, (script, waitMs) => script.say(waitMs, 'nginx', 941, webRequest(random, client, '/login')))
}

function burstOfWarmth(random: Random): Step[] {
  const [core, total] = [random.integer(0, 3), random.integer(100, 900)]
  return repeat(random, (script, waitMs, i) => script.kernel(waitMs, throttled(core, total + i)))
}

function repeat(random: Random, say: (script: Script, waitMs: number, i: number) => void): Step[] {
  const script = new Script()
  const times = random.integer(30, 60)
  for (let i = 0; i < times; i++) say(script, i === 0 ? 0 : random.integer(200, 2000), i)
  return script.steps
}

function sayCallTrace(script: Script, random: Random, functions: readonly string[]): void {
  script.kernel(1, 'Call Trace:').kernel(1, ' <TASK>')
  for (const name of functions) script.kernel(1, ` ${name}+0x${random.hex(2)}/0x${random.hex(3)}`)
  script.kernel(1, ' </TASK>')
}

/** An address of the ranges set aside for documentation (RFC 5737): nobody's. */
function publicAddress(random: Random): string {
  return `${random.pick(['192.0.2', '198.51.100', '203.0.113'])}.${random.integer(1, 254)}`
}

const GUESSED_NAMES = ['admin', 'test', 'oracle', 'ubuntu', 'postgres', 'git', 'user1']
