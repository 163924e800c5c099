import { readFile } from 'node:fs/promises'
import type { Options } from 'yargs'
import { Masker, parseMaskRules } from '@sp/masking'
import { UsageError } from './errors.js'

function toggle(what: string): Options & { type: 'boolean'; default: true } {
  return { type: 'boolean', default: true, describe: `mask ${what}` }
}

/** Flags that choose the masks. The first eight carry the reference system's names: `--no-mask-paths` and so on. */
export const maskingOptions = {
  'mask-paths': toggle('file paths'),
  'mask-hex': toggle('hexadecimal numbers'),
  'mask-ips': toggle('IP addresses'),
  'mask-mac': toggle('MAC addresses'),
  'mask-uuid': toggle('UUIDs'),
  'mask-pid': toggle('pid=, uid=, …'),
  'mask-device': toggle('device names'),
  'mask-num': toggle('numbers'),
  masks: {
    choices: ['default', 'compat'] as const,
    default: 'default' as const,
    describe: 'mask set: ours, or the reference system’s with its misfires',
  },
  'mask-rules': { type: 'string', describe: 'JSON file with further mask rules' },
} as const satisfies Record<string, Options>

/** The values of {@link maskingOptions}. */
export interface MaskingFlags {
  readonly maskPaths: boolean
  readonly maskHex: boolean
  readonly maskIps: boolean
  readonly maskMac: boolean
  readonly maskUuid: boolean
  readonly maskPid: boolean
  readonly maskDevice: boolean
  readonly maskNum: boolean
  readonly masks: 'default' | 'compat'
  readonly maskRules?: string
}

/** The masker that the flags ask for. */
export async function maskerFrom(flags: MaskingFlags): Promise<Masker> {
  const rules = flags.maskRules === undefined ? undefined : parseMaskRules(await readRules(flags.maskRules))
  return Masker.create({
    mode: flags.masks,
    paths: flags.maskPaths,
    hex: flags.maskHex,
    ips: flags.maskIps,
    mac: flags.maskMac,
    uuid: flags.maskUuid,
    pid: flags.maskPid,
    device: flags.maskDevice,
    num: flags.maskNum,
    rules,
  })
}

async function readRules(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`cannot read the mask rules ${path} (${reason})`)
  }
}
