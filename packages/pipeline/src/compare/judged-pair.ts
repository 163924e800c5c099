import { basename } from 'node:path'
import type { Labels } from '@sp/evaluation'
import type { Source } from '@sp/log-reader'
import type { Bundle } from '../bundle/bundle.js'
import type { RunControl } from '../progress.js'
import { type BundleMeasure, measureBundle, plantedSample, textSource } from '../validate/measure-bundle.js'
import { type LineSpan, toldIncidents } from '../validate/tells-incident.js'

/** Two bundles, or what is known of each of them. */
export type Pair<T> = readonly [first: T, second: T]

/** A log that both bundles judged. */
export interface JudgedPair {
  /** What the log is, for people. */
  readonly name: string
  readonly measures: Pair<BundleMeasure>
  /** What is known to be wrong with it; `null` where nothing is known, empty where it is normal. */
  readonly incidents: readonly (LineSpan & { readonly source: string })[] | null
}

const SEED = 1

/** The bundles' samples, as they are and with incidents planted into them, judged by both bundles. */
export async function judgeSamples(bundles: Pair<Bundle>, control: RunControl): Promise<JudgedPair[]> {
  const judged: JudgedPair[] = []
  const [first, second] = bundles
  const owners = first.sample === second.sample ? [first] : [first, second]
  for (const owner of owners) {
    if (owner.sample === null) continue
    const whose =
      owners.length === 1 ? 'the sample of both' : `the sample of the ${owner === first ? 'first' : 'second'}`
    const planted = await plantedSample(owner, SEED)
    function text(name: string, content: string): () => Source[] {
      return () => [textSource(name, content, owner.manifest.data.lastTime)]
    }
    judged.push({
      name: whose,
      measures: await judgeBoth(bundles, text('sample', owner.sample), control),
      incidents: [],
    })
    if (planted === null) continue
    judged.push({
      name: `incidents planted into ${whose}`,
      measures: await judgeBoth(bundles, text('planted', planted.text), control),
      incidents: planted.incidents.map((incident) => ({ ...incident, source: 'planted' })),
    })
  }
  return judged
}

/** A given log, judged by both bundles; with labels it is known what is wrong with one of its sources. */
export async function judgeLog(
  bundles: Pair<Bundle>,
  { log, labels, ...control }: RunControl & { readonly log: readonly Source[]; readonly labels?: Labels },
): Promise<JudgedPair> {
  const measures = await judgeBoth(bundles, () => log, control)
  const labelled = labels && log.find(({ name }) => basename(name) === labels.source)
  const incidents = labelled ? labels.incidents.map((incident) => ({ ...incident, source: labelled.name })) : null
  return { name: 'the log', measures, incidents }
}

/** Of each incident of a log, whether each bundle tells it. */
export function toldByBoth({ measures, incidents }: JudgedPair): Pair<boolean>[] {
  const known = incidents ?? []
  const [first, second] = measures.map(({ findings }) =>
    known.map(
      (incident) =>
        toldIncidents(
          findings.filter(({ source }) => source === incident.source),
          [incident],
        )[0],
    ),
  )
  return known.map((_, i) => [first[i], second[i]])
}

async function judgeBoth(
  [first, second]: Pair<Bundle>,
  open: () => readonly Source[],
  control: RunControl,
): Promise<Pair<BundleMeasure>> {
  return [await measureBundle(first, open(), control), await measureBundle(second, open(), control)]
}
