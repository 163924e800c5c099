import type { TemplateTable } from '@sp/log-table'
import type { DrainSnapshot } from './snapshot.js'
import type { NoveltySnapshot } from './novelty-miner.js'

/** The whole state of a miner as plain JSON. */
export type MinerSnapshot = DrainSnapshot | NoveltySnapshot

/** Groups messages by template. A template's code is its index in {@link TemplateMiner.templates} and never changes. */
export interface TemplateMiner {
  /** Assigns a message to its template, changing or making one where needed; returns the code. */
  learn(message: string): number
  /** The code of the template a message fits, −1 for none. Never changes the state. */
  match(message: string): number
  /** All templates with their present texts and counts. Builds the table anew: ask once, after the last message. */
  templates(): TemplateTable
  /** The whole state as plain JSON: the same state gives the same bytes. */
  snapshot(): MinerSnapshot
}
