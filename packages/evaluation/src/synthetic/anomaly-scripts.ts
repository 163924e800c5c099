import { burstOfLeases, burstOfRequests, burstOfWarmth } from './bursts.js'
import { hungTask, outOfMemory, sayCallTrace, segfault } from './crashes.js'
import { restartScript, usbScript, warmthScript } from './normal-scripts.js'
import {
  hotDisk,
  reorderedCron,
  reorderedLease,
  reorderedRestart,
  shortLease,
  slowAnswer,
  slowCron,
  slowLease,
  slowRestart,
} from './strange-stories.js'
import type { Random } from './random.js'
import { Script, type Step } from './log-event.js'

/**
 * The kinds of incidents.
 * - `unseen`: a message that the normal log never contains (disk controller, kernel bug, RAID, hardware error)
 * - `error`: something fails and says so (full disk, read-only file system, database gone, service loops)
 * - `attack`: somebody tries to get in (ssh passwords, SYN flood, sudo passwords)
 * - `crash`: a program dies (segmentation fault, out of memory with its call trace, hung task)
 * - `burst`: one message that is normal by itself, 30 to 60 times within two minutes
 * - `missing`: the heartbeat is silent for 25 to 45 minutes; nothing is written, something is absent
 * - `reordered`: a normal story with two of its lines in the wrong order
 * - `slow`: a normal story that takes minutes where it takes seconds
 * - `parameter`: a normal message with a value far beyond the usual
 * - `correlated`: the same normal story on every host within two seconds; each by itself is normal
 */
export const ANOMALY_KINDS = [
  'unseen',
  'error',
  'attack',
  'crash',
  'burst',
  'missing',
  'reordered',
  'slow',
  'parameter',
  'correlated',
] as const

/** A kind of incident by name; {@link ANOMALY_KINDS} says what each is. */
export type AnomalyKind = (typeof ANOMALY_KINDS)[number]

/** Draws the lines of one incident. */
export type Variant = (random: Random) => Step[]

/** The scripts of each kind; they are used in turn, so that two incidents of a kind differ. `missing` writes nothing. */
export const ANOMALY_SCRIPTS: Readonly<Record<AnomalyKind, readonly Variant[]>> = {
  unseen: [nvmeError, kernelBug, degradedRaid, hardwareError],
  error: [databaseGone, diskFull, readOnlyFileSystem, restartLoop],
  attack: [passwordGuessing, synFlood, sudoFailures],
  crash: [segfault, outOfMemory, hungTask],
  burst: [burstOfLeases, burstOfRequests, burstOfWarmth],
  missing: [],
  reordered: [reorderedCron, reorderedRestart, reorderedLease],
  slow: [slowLease, slowCron, slowRestart],
  parameter: [hotDisk, slowAnswer, shortLease],
  correlated: [restartScript, usbScript, warmthScript],
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

/** An address of the ranges set aside for documentation (RFC 5737): nobody's. */
function publicAddress(random: Random): string {
  return `${random.pick(['192.0.2', '198.51.100', '203.0.113'])}.${random.integer(1, 254)}`
}

const GUESSED_NAMES = ['admin', 'test', 'oracle', 'ubuntu', 'postgres', 'git', 'user1']
