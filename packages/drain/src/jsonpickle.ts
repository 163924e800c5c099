/** An instance of a Python class: its qualified name and its attributes. */
export interface PythonObject {
  readonly className: string
  readonly attributes: Readonly<Record<string, unknown>>
}

/**
 * Reads what Python's jsonpickle (2 and later, `keys=True`) wrote, as data: dictionaries become `Map`s that keep their
 * order, lists and tuples arrays, instances {@link PythonObject}s. Nothing the text names is loaded or called; of
 * `py/reduce`, which stands for a call, only the dictionary items are taken, as an ordered dictionary has them.
 *
 * @throws {SyntaxError} when the text is not JSON
 */
export function decodeJsonpickle(text: string): unknown {
  return new Decoder().decode(JSON.parse(markKeys(text)))
}

/**
 * Puts a mark before every key, because JavaScript moves keys that look like numbers to the front of an object, and
 * the order of a tree node's children is an order of search. A string is a key when a colon follows it.
 */
function markKeys(text: string): string {
  return text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/gs, (found, colon: string | undefined) =>
    colon === undefined ? found : `"${KEY_MARK}${found.slice(1)}`,
  )
}

const KEY_MARK = '~'
const JSON_KEY = 'json://'

type Members = Map<string, unknown>

class Decoder {
  /** What `py/id` counts from 0: lists, dictionaries and instances, in the order in which they begin. */
  readonly #referable: unknown[] = []

  decode(value: unknown): unknown {
    if (Array.isArray(value)) return this.#list(value)
    if (typeof value !== 'object' || value === null) return value
    const members: Members = new Map()
    for (const [key, member] of Object.entries(value)) members.set(key.slice(KEY_MARK.length), member)
    if (members.has('py/tuple')) return (members.get('py/tuple') as unknown[]).map((element) => this.decode(element))
    if (members.has('py/id')) return this.#referable[members.get('py/id') as number]
    if (members.has('py/iterator')) return this.decode(members.get('py/iterator'))
    if (members.has('py/object')) return this.#instance(members)
    if (members.has('py/type')) return members.get('py/type')
    if (members.has('py/reduce')) return this.#reduction(members.get('py/reduce') as unknown[])
    if (members.has('py/function')) return members.get('py/function')
    return this.#dictionary(members)
  }

  #list(elements: readonly unknown[]): unknown[] {
    const list: unknown[] = []
    this.#referable.push(list)
    for (const element of elements) list.push(this.decode(element))
    return list
  }

  #instance(members: Members): PythonObject {
    const attributes: Record<string, unknown> = Object.create(null)
    const instance = { className: String(members.get('py/object')), attributes }
    this.#referable.push(instance)
    for (const [name, member] of members) if (!name.startsWith('py/')) attributes[name] = this.decode(member)
    return instance
  }

  /** jsonpickle reads the keys that are not strings (`json://1` is the number 1) after all others, and counts so. */
  #dictionary(members: Members): Map<unknown, unknown> {
    const dictionary = new Map<unknown, unknown>()
    this.#referable.push(dictionary)
    for (const [key, member] of members) if (!key.startsWith(JSON_KEY)) dictionary.set(key, this.decode(member))
    for (const [key, member] of members) {
      if (key.startsWith(JSON_KEY)) dictionary.set(JSON.parse(key.slice(JSON_KEY.length)), this.decode(member))
    }
    return dictionary
  }

  /** The elements are: what to call, arguments, state, list items, dictionary items. */
  #reduction(elements: readonly unknown[]): Map<unknown, unknown> {
    const dictionary = new Map<unknown, unknown>()
    this.#referable.push(dictionary)
    const items = elements.map((element) => this.decode(element))[4]
    for (const [key, value] of (items ?? []) as [unknown, unknown][]) dictionary.set(key, value)
    return dictionary
  }
}
