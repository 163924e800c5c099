import type { TemplateTable } from '@sp/log-table'
import type { DrainSnapshot } from './snapshot.js'
import type { EvidenceSnapshot } from './evidence-snapshot.js'
import type { RepeatedMessages } from './list-cache.js'
import type { NoveltySnapshot } from './novelty-miner.js'

/** The whole state of a miner as plain JSON. */
export type MinerSnapshot = DrainSnapshot | EvidenceSnapshot | NoveltySnapshot

/** Groups messages by template. A template's code is its index in {@link TemplateMiner.templates} and never changes. */
export interface TemplateMiner {
  /** Assigns a message to its template, changing or making one where needed; returns the code. */
  learn(message: string): number
  /** As `learn` of each message in turn; there only where what was found for a text may be used again. */
  learnAll?(messages: RepeatedMessages): Int32Array
  /** The code of the template a message fits, −1 for none. Never changes the state. */
  match(message: string): number
  /**
   * By code, all templates with their present texts and counts. Codes that turned out to mean one template have equal
   * entries, same id and all. Builds the table anew: ask once, after the last message.
   */
  templates(): TemplateTable
  /** The whole state as plain JSON: the same state gives the same bytes. */
  snapshot(): MinerSnapshot
}

/** A miner that can be the base of a {@link NoveltyMiner}: every message learned matches again. */
export interface BaseMiner extends TemplateMiner {
  /** As in {@link TemplateMiner}; with `search: 'fallback'` every message learned matches. */
  match(message: string, options?: { readonly search?: 'fallback' }): number
  /** An independent miner in the same state. */
  copy(): BaseMiner
  /** A miner with the same settings that has seen nothing. */
  fresh(): BaseMiner
  /** As in {@link TemplateMiner}. */
  snapshot(): DrainSnapshot | EvidenceSnapshot
}
