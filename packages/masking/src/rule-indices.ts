import { MASK_RULES } from './mask-rules.js'

// Where each rule stands in MASK_RULES: what a span remembers of the rule that took it.
export const DATETIME = ruleIndex('datetime')
export const DATE = ruleIndex('date')
export const TIME = ruleIndex('time')
export const IP4 = ruleIndex('ip4')
export const IP6 = ruleIndex('ip6')
export const HOST_PORT = ruleIndex('host-port')
export const MAC = ruleIndex('mac')
export const UUID = ruleIndex('uuid')
export const URL_WHOLE = ruleIndex('url')
export const SCHEME_REST = ruleIndex('scheme-rest')
export const EMAIL = ruleIndex('email')
export const UNIX_PATH = ruleIndex('path')
export const WINDOWS_PATH = ruleIndex('windows-path')
export const HEX_NUMBER = ruleIndex('hex-number')
export const HEX_RUN = ruleIndex('hex-run')
export const ID = ruleIndex('id')
export const NUMBERED_NAME = ruleIndex('numbered-name')
export const DEVICE = ruleIndex('device')
export const USB_PORT = ruleIndex('usb-port')
export const DURATION = ruleIndex('duration')
export const SIZE = ruleIndex('size')
export const VERSION = ruleIndex('version')
export const NUMBER = ruleIndex('number')

function ruleIndex(name: string): number {
  return MASK_RULES.findIndex((rule) => rule.name === name)
}
