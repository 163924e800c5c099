// Judges log lines with a folder that "sp convert-onnx" wrote; `ort` is onnxruntime-node or onnxruntime-web.
export async function judgeLines(lines, { ort, network, meta, templates }) {
  const header = meta.header && new RegExp(meta.header.pattern, 's')
  const sessions = new Map()
  const judged = lines.map((line) => {
    const [, words, message] = header?.exec(line) ?? ['', '', line]
    const text = message.trim().replace(/\s+/g, ' ')
    const event = templates.find((template) => fits(text, template))?.index ?? meta.unknown_index
    const one = { line, event, rank: 0, isStrange: false }
    const key = sessionOf(line, words.trim().split(meta.header?.separator === ' ' ? /\s+/ : meta.header?.separator))
    if (key !== null) sessions.set(key, [...(sessions.get(key) ?? []), one])
    return one
  })
  for (const events of sessions.values()) {
    const { max_events: most } = meta.session
    for (let from = 0; from < events.length; from += most) await rank(events.slice(from, from + most))
  }
  return judged

  function sessionOf(line, words) {
    const found = meta.session.pattern && new RegExp(meta.session.pattern).exec(line)
    if (meta.session.pattern) return found && (found[1] ?? found[0])
    return `${words[meta.header?.host]} ${words[meta.header?.process]?.replace(/(\[\d+\])?:?$/, '')}`
  }

  // Windows of h events; those behind the first begin half a window later and judge their second half.
  async function rank(events) {
    const [h, half] = [meta.seq_len, Math.ceil(meta.seq_len / 2)]
    for (let start = 0; start === 0 || start - half + h < events.length; start += half) {
      const steps = Math.min(h, events.length - start)
      const input = Int32Array.from({ length: steps }, (_, t) => events[start + t - 1]?.event ?? meta.begin_index)
      const result = await network.run({ input_sequence: new ort.Tensor('int32', input, [1, steps]) })
      for (let t = start > 0 ? h - half : 0; t < steps; t++) {
        const row = result.log_probabilities.data.subarray(t * meta.vocab_size, (t + 1) * meta.vocab_size)
        const one = events[start + t]
        const likelier = row.filter((p, other) => p > row[one.event] || (p === row[one.event] && other < one.event))
        one.rank = meta.known_events.includes(one.event) ? likelier.length + 1 : meta.vocab_size
        one.isStrange = one.rank > meta.top_k
      }
    }
  }
}

/** A message fits where the pieces of a template stand in order, with something at each open place between. */
function fits(text, { literals, spaces }) {
  let at = literals[0].length
  if (spaces.length === 0) return text === literals[0]
  const places = spaces.map((mayHoldSpaces, i) => {
    const isLast = i === spaces.length - 1
    const place = isLast ? text.length - literals[i + 1].length : text.indexOf(literals[i + 1], at + 1)
    const isOpen = place > at && (mayHoldSpaces || !text.slice(at, place).includes(' '))
    at = place + literals[i + 1].length
    return isOpen
  })
  return text.startsWith(literals[0]) && text.endsWith(literals.at(-1)) && places.every(Boolean)
}
