import type { Sessions } from '@sp/builders'
import type { SessionModel } from './session-model.js'
import { SessionScorer, type SessionScores } from './session-scorer.js'

/**
 * Scores sessions against a model; the model stays as it is, and no session's score depends on another.
 * Events must be indices of the vocabulary that the model was trained with. One call of a {@link SessionScorer}.
 * @throws {BaselineError} `bad-model` when the model is damaged or of another version
 */
export function scoreSessions(model: SessionModel, sessions: Sessions): SessionScores {
  return new SessionScorer(model).score(sessions)
}
