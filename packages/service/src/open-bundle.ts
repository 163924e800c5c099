import type { Detector, ThreadedDetector } from '@sp/pipeline'
import { incidentsAsInReports } from './incidents/incident-making.js'
import type { ServiceOptions } from './service.js'

/** A bundle at work, as options of a service. */
export interface OpenedBundle extends Required<
  Pick<ServiceOptions, 'bundle' | 'incidents' | 'knownTemplates' | 'concurrency'>
> {
  readonly detector: Detector | ThreadedDetector
  /** Resolves when a thread of the detector has ended by itself: the service should be closed and started again. */
  readonly lost: Promise<Error>
}

/** How a bundle is opened. */
export interface OpenBundleOptions {
  /**
   * Threads that judge, each with the bundle in its memory (some 70 MB); default 0: the calling one. Sources are shared out
   * among them.
   */
  readonly threads?: number
}

/** Sources that are judged at a time for each thread: the network reads rows of several for little more than of one. */
const SOURCES_A_THREAD = 4

/**
 * Opens a bundle that `sp train` wrote: `startService({ ...(await openBundle(path)), … })`.
 * @throws {PipelineError} `bad-bundle` when it is damaged, of another version, or not there
 */
export async function openBundle(path: string, { threads = 0 }: OpenBundleOptions = {}): Promise<OpenedBundle> {
  // Loaded only here: a service with a detector of its own needs no networks.
  const { openDetector, ThreadedDetector } = await import('@sp/pipeline')
  const detector = threads === 0 ? await openDetector(path) : await ThreadedDetector.open(path, { threads })
  // Asked for each time: the bundle may be swapped.
  function training() {
    const { manifest, templates } = detector.bundle
    const { records, firstTime, lastTime } = manifest.data
    return { rows: records, templates: templates.templates.length, firstTime, lastTime }
  }
  return {
    detector,
    lost: 'lost' in detector ? detector.lost : new Promise(() => {}),
    concurrency: SOURCES_A_THREAD * Math.max(2, threads),
    bundle: path,
    incidents: incidentsAsInReports({ training, budget: detector.bundle.windows.budget }),
    knownTemplates: () => detector.bundle.templates.templates,
  }
}
