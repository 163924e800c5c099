import { RE2JS } from 're2js'
import { BuildersError } from './errors.js'

/** Where the key of a session stands: in the line itself, or in the name of the file that holds it. */
export type KeyPlace = 'line' | 'source'

/** How the session of a line is found. */
export interface SessionKey {
  /** What the rule is called: `hdfs-block`, or the regular expression itself. */
  readonly name: string
  /**
   * Distinct keys of a line, in order of appearance: a line that names two blocks is an event of both. Empty where
   * there is none.
   */
  keysOf(line: string, source: string): string[]
}

/** A rule that has a name. */
export interface SessionKeyRule {
  readonly name: string
  readonly description: string
  readonly example: string
  readonly pattern: string
  /** Looked through in this order; the first place that holds a key gives all keys. */
  readonly places: readonly KeyPlace[]
}

/** The rules that have a name. */
export const SESSION_KEY_RULES: readonly SessionKeyRule[] = [
  {
    name: 'hdfs-block',
    description: 'a block of HDFS',
    example: 'blk_-1608999687919862906',
    pattern: 'blk_-?\\d+',
    places: ['line'],
  },
  {
    name: 'hadoop-container',
    description: 'a container of YARN: the one whose log it is, else the one named in the line',
    example: 'container_1445062781478_0011_01_000001',
    pattern: 'container_(?:e\\d+_)?\\d+_\\d+_\\d+_\\d+',
    places: ['source', 'line'],
  },
  {
    name: 'hadoop-application',
    description: 'an application of YARN: the one whose log it is, else the one named in the line',
    example: 'application_1445062781478_0011',
    pattern: 'application_\\d+_\\d+',
    places: ['source', 'line'],
  },
  {
    name: 'openstack-instance',
    description: 'a virtual machine of OpenStack Nova',
    example: '[instance: 3edec1e4-9678-4a3a-a21b-a145a4ee5e61]',
    pattern: '\\[instance: ([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\\]',
    places: ['line'],
  },
]

/**
 * The rule of this name, or one made of a regular expression (RE2 syntax: linear time on any line), which is looked for
 * in the line. The key is its first group, or the whole match where it has none.
 * @throws {BuildersError} `bad-session-key` when it is neither
 */
export function sessionKey(nameOrPattern: string): SessionKey {
  const rule = SESSION_KEY_RULES.find(({ name }) => name === nameOrPattern)
  const places = rule?.places ?? ['line']
  const matches = rule ? matchesOfRule(rule) : matchesOfPattern(nameOrPattern)
  return {
    name: nameOrPattern,
    keysOf(line, source) {
      for (const place of places) {
        const keys = matches(place === 'line' ? line : source)
        if (keys.length > 0) return keys
      }
      return []
    },
  }
}

/**
 * The built-in expressions are four times as fast as RE2 and need no protection from our own rules, which read a text
 * once: each begins with a word and goes on with parts that cannot stand for one another.
 */
function matchesOfRule({ pattern }: SessionKeyRule): (text: string) => string[] {
  const expression = new RegExp(pattern, 'g')
  const hasGroup = new RegExp(`${pattern}|`).exec('')!.length > 1
  return (text) => {
    const found = hasGroup
      ? Array.from(text.matchAll(expression), ([whole, group]) => group ?? whole)
      : text.match(expression)
    // Most lines name one or none.
    return found === null || found.length < 2 ? (found ?? []) : [...new Set(found)]
  }
}

function matchesOfPattern(pattern: string): (text: string) => string[] {
  const expression = compile(pattern)
  const group = expression.groupCount() > 0 ? 1 : 0
  return (text) => {
    const found = new Set<string>()
    const matcher = expression.matcher(text)
    while (matcher.find()) {
      const key = matcher.group(group)
      if (key) found.add(key)
    }
    return [...found]
  }
}

function compile(pattern: string): RE2JS {
  const names = SESSION_KEY_RULES.map(({ name }) => name).join(', ')
  const expected = `expected a rule (${names}) or a regular expression in RE2 syntax`
  // A word alone would match itself in every line that holds it: more likely a rule that does not exist.
  if (/^[a-z]*(-[a-z]+)*$/.test(pattern)) {
    throw new BuildersError('bad-session-key', `no session key rule "${pattern}"; ${expected}`)
  }
  try {
    return RE2JS.compile(pattern)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new BuildersError('bad-session-key', `session key "${pattern}": ${reason}; ${expected}`, { cause })
  }
}
