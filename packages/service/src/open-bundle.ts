import { incidentsAsInReports } from './incidents/incident-making.js'
import type { ServiceOptions } from './service.js'

/** A bundle at work, as options of a service. */
export type OpenedBundle = Required<Pick<ServiceOptions, 'detector' | 'bundle' | 'incidents' | 'knownTemplates'>>

/**
 * Opens a bundle that `sp train` wrote: `startService({ ...(await openBundle(path)), … })`.
 * @throws {PipelineError} `bad-bundle` when it is damaged, of another version, or not there
 */
export async function openBundle(path: string): Promise<OpenedBundle> {
  // Loaded only here: a service with a detector of its own needs no networks.
  const { openDetector } = await import('@sp/pipeline')
  const detector = await openDetector(path)
  // Asked for each time: the bundle may be swapped.
  function training() {
    const { manifest, templates } = detector.bundle
    const { records, firstTime, lastTime } = manifest.data
    return { rows: records, templates: templates.templates.length, firstTime, lastTime }
  }
  return {
    detector,
    bundle: path,
    incidents: incidentsAsInReports({ training, budget: detector.bundle.windows.budget }),
    knownTemplates: () => detector.bundle.templates.templates,
  }
}
