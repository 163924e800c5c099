import { Vocabulary, type Sessions, type WindowCounts } from '@sp/builders'
import type { LabelledSessions } from '@sp/evaluation'

/** Training and test sessions of a set as detectors read them, under the vocabulary of the training part. */
export function encodeSessions({ train, test }: LabelledSessions): { train: Sessions; test: Sessions } {
  const vocabulary = Vocabulary.from(train.flat())
  return { train: encode(train, vocabulary), test: encode(test, vocabulary) }
}

function encode(sequences: LabelledSessions['train'], vocabulary: Vocabulary): Sessions {
  const offsets = new Int32Array(sequences.length + 1)
  sequences.forEach((events, s) => (offsets[s + 1] = offsets[s] + events.length))
  const events = Int32Array.from(
    sequences.flatMap((names) => names),
    (name) => vocabulary.indexOf(name as string),
  )
  return {
    count: sequences.length,
    keys: sequences.map((_, s) => String(s)),
    offsets,
    events,
    rows: Int32Array.from(events.keys()),
    times: new Float64Array(events.length).fill(NaN),
  }
}

/** Sequences of 50 events as windows that follow one another, codes given to names as they come. */
export function windowsOfSequences(sequences: LabelledSessions['train'], codes: Map<string, number>): WindowCounts {
  const [offsets, templates, counts]: number[][] = [[0], [], []]
  for (const names of sequences) {
    const count = new Map<number, number>()
    for (const name of names) {
      if (!codes.has(name)) codes.set(name, codes.size)
      count.set(codes.get(name)!, (count.get(codes.get(name)!) ?? 0) + 1)
    }
    for (const [code, times] of [...count].sort((a, b) => a[0] - b[0])) {
      templates.push(code)
      counts.push(times)
    }
    offsets.push(templates.length)
  }
  const starts = Int32Array.from(sequences, (_, w) => w * 50)
  const times = new Float64Array(sequences.length).fill(NaN)
  return {
    count: sequences.length,
    windowSize: 50,
    stride: 50,
    startRow: starts,
    endRow: starts.map((start, w) => start + sequences[w].length),
    sources: ['windows'],
    source: new Int32Array(sequences.length),
    startLine: starts,
    endLine: starts.map((start, w) => start + sequences[w].length - 1),
    startTime: times,
    endTime: times,
    offsets: Int32Array.from(offsets),
    templates: Int32Array.from(templates),
    counts: Int32Array.from(counts),
  }
}
