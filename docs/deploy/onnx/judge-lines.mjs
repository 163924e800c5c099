// Judges log lines with a folder that "sp convert-onnx" wrote; `ort` is onnxruntime-node or onnxruntime-web.
export async function judgeLines(lines, { ort, network, meta, templates }) {
  const [header, session] = [meta.header?.pattern ?? '()(.*)', meta.session.pattern].map((text) => RegExp(text, 's'))
  const patterns = templates.map(({ pattern }) => RegExp(pattern, 's'))
  const sessions = new Map()
  const judged = lines.map((line) => {
    const message = (header.exec(line)?.[2] ?? line).trim().replace(/\s+/g, ' ')
    const template = templates[patterns.findIndex((pattern) => pattern.test(message))]
    const one = { line, event: template?.index ?? meta.unknown_index, rank: 0, isStrange: false }
    const key = session
      .exec(line)
      ?.slice(1, 1 + meta.session.groups)
      .join(' ')
    if (key !== undefined) sessions.set(key, [...(sessions.get(key) ?? []), one])
    return one
  })
  const [h, half, most] = [meta.seq_len, Math.ceil(meta.seq_len / 2), meta.session.max_events]
  for (const all of sessions.values()) {
    for (let from = 0; from < all.length; from += most) await rank(all.slice(from, from + most))
  }
  return judged

  // Windows of h events; those behind the first begin half a window later and judge their second half.
  async function rank(events) {
    for (let start = 0; start === 0 || start - half + h < events.length; start += half) {
      const window = events.slice(start, start + h)
      const input = Int32Array.from(window, (_, t) => events[start + t - 1]?.event ?? meta.begin_index)
      const result = await network.run({ input_sequence: new ort.Tensor('int32', input, [1, input.length]) })
      for (const [t, one] of window.entries()) {
        if (start > 0 && t < h - half) continue
        const row = result.log_probabilities.data.subarray(t * meta.vocab_size, (t + 1) * meta.vocab_size)
        const likelier = row.filter((p, other) => p > row[one.event] || (p === row[one.event] && other < one.event))
        one.rank = meta.known_events.includes(one.event) ? likelier.length + 1 : meta.vocab_size
        one.isStrange = one.rank > meta.top_k
      }
    }
  }
}
