import type { Random } from './random.js'
import { Script, type Step } from './log-event.js'

// What happens on a healthy host, each happening as the lines that it writes in their order. Texts follow the
// wording of the programs concerned; names, addresses and numbers are invented.

const PEOPLE = ['minji', 'jonas', 'amina', 'deploy']
const SERVICES = ['nginx', 'inventory', 'mailer', 'metrics-agent']
const PAGES = ['/', '/login', '/items', '/search', '/static/app.js', '/static/app.css', '/health']

/** A start of the machine, from the first kernel line to the login prompt: about 40 lines in 20 seconds. */
export function bootScript(random: Random): Step[] {
  const script = new Script()
  for (const message of BOOT_KERNEL_LINES) script.kernel(random.integer(2, 160), message)
  script.say(900, 'systemd', 1, 'systemd 252.22-1 running in system mode')
  script.say(30, 'systemd', 1, 'Detected architecture x86-64.')
  for (const unit of BOOT_UNITS) script.say(random.integer(40, 600), 'systemd', 1, `Started ${unit}.`)
  script.say(300, 'sshd', random.integer(700, 900), 'Server listening on 0.0.0.0 port 22.')
  for (const service of SERVICES) script.say(random.integer(60, 400), 'systemd', 1, `Started ${service}.service.`)
  script.kernel(200, 'igb 0000:01:00.0 eth0: Link is Up - 1Gbps/Full - flow control rx/tx')
  script.say(
    700,
    'systemd',
    1,
    `Startup finished in ${seconds(random, 3, 6)} (kernel) + ${seconds(random, 8, 14)} (userspace).`,
  )
  return script.steps
}

/** The planned stop before a start. */
export function shutdownScript(random: Random): Step[] {
  const script = new Script()
  script.say(0, 'systemd-logind', 512, 'System is rebooting.')
  for (const service of SERVICES) script.say(random.integer(50, 500), 'systemd', 1, `Stopped ${service}.service.`)
  script.say(300, 'systemd', 1, 'Reached target reboot.target - System Reboot.')
  return script.steps
}

/** One cron job of root: session opened, command, session closed. */
export function cronScript(random: Random, command: string): Step[] {
  const pid = random.integer(1000, 32000)
  return new Script()
    .say(0, 'CRON', pid, 'pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)')
    .say(random.integer(2, 30), 'CRON', pid + 1, `(root) CMD (${command})`)
    .say(random.integer(80, 4000), 'CRON', pid, 'pam_unix(cron:session): session closed for user root').steps
}

/** A person at work over ssh: connect, accept, session, at times a mistyped password or commands as root, goodbye. */
export function sshScript(random: Random): Step[] {
  const [user, pid, session] = [random.pick(PEOPLE), random.integer(1000, 32000), random.integer(10, 900)]
  const peer = `${privateAddress(random)} port ${random.integer(20000, 65535)}`
  const script = new Script().say(0, 'sshd', pid, `Connection from ${peer} on 10.0.0.${random.integer(2, 9)} port 22`)
  if (random.chance(0.08)) script.say(3500, 'sshd', pid, `Failed password for ${user} from ${peer} ssh2`)
  const key = `SHA256:${random.hex(32)}`
  script.say(random.integer(200, 900), 'sshd', pid, `Accepted publickey for ${user} from ${peer} ssh2: ED25519 ${key}`)
  script.say(20, 'sshd', pid, `pam_unix(sshd:session): session opened for user ${user}(uid=1000) by (uid=0)`)
  script.say(40, 'systemd-logind', 512, `New session ${session} of user ${user}.`)
  const commands = random.chance(0.5) ? random.integer(1, 4) : 0
  for (let i = 0; i < commands; i++) sayCommandAsRoot(script, random, user)
  script.say(
    random.integer(60_000, 2_400_000),
    'sshd',
    pid,
    `Received disconnect from ${peer}:11: disconnected by user`,
  )
  script.say(5, 'sshd', pid, `pam_unix(sshd:session): session closed for user ${user}`)
  return script.say(60, 'systemd-logind', 512, `Removed session ${session}.`).steps
}

/** A USB stick: found, attached, mounted, later taken out. */
export function usbScript(random: Random): Step[] {
  const [port, number] = [`usb 1-${random.integer(1, 4)}`, random.integer(4, 60)]
  const disk = random.pick(['sdb', 'sdc'])
  return new Script()
    .kernel(0, `${port}: new high-speed USB device number ${number} using xhci_hcd`)
    .kernel(140, `${port}: New USB device found, idVendor=0781, idProduct=5567, bcdDevice= 1.00`)
    .kernel(4, `${port}: Product: Cruzer Blade`)
    .kernel(22, `usb-storage 1-${random.integer(1, 4)}:1.0: USB Mass Storage device detected`)
    .kernel(1030, `sd 6:0:0:0: [${disk}] ${random.integer(15_000_000, 62_000_000)} 512-byte logical blocks`)
    .kernel(210, `sd 6:0:0:0: [${disk}] Attached SCSI removable disk`)
    .kernel(1500, `EXT4-fs (${disk}1): mounted filesystem with ordered data mode. Quota mode: none.`)
    .kernel(random.integer(120_000, 1_500_000), `EXT4-fs (${disk}1): unmounting filesystem.`)
    .kernel(random.integer(1500, 9000), `${port}: USB disconnect, device number ${number}`).steps
}

/** A planned restart of a service. */
export function restartScript(random: Random): Step[] {
  const [service, pid] = [random.pick(SERVICES), random.integer(1000, 32000)]
  return new Script()
    .say(0, 'systemd', 1, `Stopping ${service}.service...`)
    .say(random.integer(100, 2500), 'systemd', 1, `${service}.service: Deactivated successfully.`)
    .say(10, 'systemd', 1, `Stopped ${service}.service.`)
    .say(30, 'systemd', 1, `Starting ${service}.service...`)
    .say(random.integer(200, 1800), service, pid, `configuration read, ${random.integer(2, 8)} workers ready`)
    .say(20, 'systemd', 1, `Started ${service}.service.`).steps
}

/** A visit to the web site: a handful of requests of one client. */
export function visitScript(random: Random): Step[] {
  const [client, pid] = [privateAddress(random), random.integer(940, 944)]
  const script = new Script()
  const requests = random.integer(2, 9)
  for (let i = 0; i < requests; i++) {
    const page = random.chance(0.3) ? `/items/${random.integer(1, 4000)}` : random.pick(PAGES)
    script.say(random.integer(40, 9000), 'nginx', pid, webRequest(random, client, page))
  }
  return script.steps
}

/** One line of the web server's access log. */
export function webRequest(random: Random, client: string, page: string): string {
  const status = random.chance(0.04) ? 304 : 200
  return `${client} "GET ${page} HTTP/1.1" ${status} ${random.integer(180, 48_000)} ${seconds(random, 0, 0)}`
}

/** The database writes its changes to disk. */
export function checkpointScript(random: Random): Step[] {
  const buffers = random.integer(3, 900)
  return new Script()
    .say(0, 'postgres', 880, 'LOG:  checkpoint starting: time')
    .say(
      buffers * 100,
      'postgres',
      880,
      `LOG:  checkpoint complete: wrote ${buffers} buffers; write=${seconds(random, 1, 90)}`,
    ).steps
}

/** The lease of the host's address is renewed. */
export function leaseScript(random: Random): Step[] {
  return new Script()
    .say(0, 'dhclient', 640, dhcpRequest())
    .say(random.integer(3, 60), 'dhclient', 640, 'DHCPACK of 10.0.0.5 from 10.0.0.1')
    .say(4, 'dhclient', 640, `bound to 10.0.0.5 -- renewal in ${random.integer(1400, 1900)} seconds.`).steps
}

/** What the host says when it asks for its address again. */
export function dhcpRequest(): string {
  return 'DHCPREQUEST for 10.0.0.5 on eth0 to 10.0.0.1 port 67'
}

/** A processor grows warm and cools down again. */
export function warmthScript(random: Random): Step[] {
  const core = random.integer(0, 3)
  return new Script()
    .kernel(0, throttled(core, random.integer(1, 80)))
    .kernel(random.integer(1000, 5000), `CPU${core}: Core temperature/speed normal`).steps
}

/** What the kernel says of a processor that is too warm. */
export function throttled(core: number, total: number): string {
  return `CPU${core}: Core temperature above threshold, cpu clock throttled (total events = ${total})`
}

/** The disk's own health report. */
export function diskHealthScript(random: Random): Step[] {
  const [disk, from] = [random.pick(['sda', 'sdd']), random.integer(30, 41)]
  const change = `Temperature_Celsius changed from ${from} to ${from + random.pick([-2, -1, 1, 2])}`
  return new Script().say(0, 'smartd', 655, `Device: /dev/${disk} [SAT], SMART Usage Attribute: 194 ${change}`).steps
}

/** Once a night: unused blocks are given back, the logs are rotated, the package lists are fetched. */
export function nightScript(random: Random): Step[] {
  const script = new Script().say(0, 'systemd', 1, 'Starting fstrim.service - Discard unused blocks...')
  script.say(
    random.integer(2000, 9000),
    'fstrim',
    random.integer(1000, 32000),
    `/: ${random.integer(1, 40)} GiB trimmed on /dev/sda1`,
  )
  script.say(40, 'systemd', 1, 'Finished fstrim.service - Discard unused blocks.')
  for (const unit of ['logrotate.service - Rotate log files', 'apt-daily.service - Daily apt download activities']) {
    script.say(random.integer(60_000, 300_000), 'systemd', 1, `Starting ${unit}...`)
    script.say(random.integer(1000, 20_000), 'systemd', 1, `Finished ${unit}.`)
  }
  return script.steps
}

/** A program that a drift brings. */
export function cacheScript(random: Random): Step[] {
  const entries = random.integer(100, 9000)
  return new Script()
    .say(0, 'cached', 977, `refresh of ${entries} entries begins`)
    .say(random.integer(200, 4000), 'cached', 977, `refreshed ${entries} entries, ${random.integer(0, 40)} expired`)
    .steps
}

/** An address of the local network. */
export function privateAddress(random: Random): string {
  return `10.0.${random.integer(1, 6)}.${random.integer(10, 250)}`
}

function sayCommandAsRoot(script: Script, random: Random, user: string): void {
  const pid = random.integer(1000, 32000)
  const command = random.pick(['/usr/bin/apt update', '/usr/bin/journalctl -e', '/usr/bin/systemctl status nginx'])
  const what = `${user} : TTY=pts/0 ; PWD=/home/${user} ; USER=root ; COMMAND=${command}`
  script.say(random.integer(5000, 200_000), 'sudo', pid, what)
  script.say(8, 'sudo', pid, 'pam_unix(sudo:session): session opened for user root(uid=0) by (uid=1000)')
  script.say(random.integer(100, 9000), 'sudo', pid, 'pam_unix(sudo:session): session closed for user root')
}

function seconds(random: Random, from: number, to: number): string {
  return `${random.integer(from, to)}.${String(random.integer(1, 999)).padStart(3, '0')}s`
}

const BOOT_KERNEL_LINES = [
  'Linux version 6.1.0-21-amd64 (gcc-12 (Debian 12.2.0-14) 12.2.0) #1 SMP PREEMPT_DYNAMIC',
  'Command line: BOOT_IMAGE=/boot/vmlinuz-6.1.0-21-amd64 root=/dev/sda1 ro quiet',
  'BIOS-provided physical RAM map:',
  'DMI: Example Systems EX-200/EX-200, BIOS 2.14 03/11/2024',
  'tsc: Detected 2400.000 MHz processor',
  'Memory: 16238932K/16777216K available (14342K kernel code, 2331K rwdata)',
  'SLUB: HWalign=64, Order=0-3, MinObjects=0, CPUs=4, Nodes=1',
  'rcu: Hierarchical RCU implementation.',
  'smpboot: Allowing 4 CPUs, 0 hotplug CPUs',
  'PCI: Using configuration type 1 for base access',
  'SCSI subsystem initialized',
  'ahci 0000:00:17.0: AHCI 0001.0301 32 slots 4 ports 6 Gbps 0xf impl SATA mode',
  'ata1: SATA link up 6.0 Gbps (SStatus 133 SControl 300)',
  'sd 0:0:0:0: [sda] 976773168 512-byte logical blocks: (500 GB/466 GiB)',
  'sd 0:0:0:0: [sda] Attached SCSI disk',
  'EXT4-fs (sda1): mounted filesystem with ordered data mode. Quota mode: none.',
  'xhci_hcd 0000:00:14.0: xHCI Host Controller',
  'usb usb1: New USB device found, idVendor=1d6b, idProduct=0002, bcdDevice= 6.01',
  'audit: type=1400 audit(0.400:2): apparmor="STATUS" operation="profile_load" name="/usr/sbin/ntpd"',
  'igb 0000:01:00.0 eth0: renamed from eth1',
  'random: crng init done',
]

const BOOT_UNITS = [
  'systemd-journald.service - Journal Service',
  'systemd-udevd.service - Rule-based Manager for Device Events and Files',
  'cron.service - Regular background program processing daemon',
  'smartd.service - Self Monitoring and Reporting Technology (SMART) Daemon',
  'postgresql.service - PostgreSQL RDBMS',
  'ssh.service - OpenBSD Secure Shell server',
]
