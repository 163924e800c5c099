/** How often a detector has told of a template of late. */
interface Habit {
  /** Alarms, older ones count less. */
  alarms: number
  /** Row of the latest alarm that was counted. */
  row: number
}

/** An {@link AlarmHabits} as plain data: detector, template (−1: none), alarms, row of the latest. */
export type AlarmHabitsSnapshot = readonly (readonly [
  detector: number,
  template: number,
  alarms: number,
  row: number,
])[]

/** What was told more often than this is no news. */
const MOST_ALARMS = 4
/** An alarm counts half after as many rows as the budget allows this many alarms of all detectors in. */
const HALVED_AFTER = 40
/** Pairs of detector and template that are remembered, those told of last. */
const MOST_PAIRS = 4096

/**
 * What line detectors tell again and again of one template is how things are now: a lasting change alarms at most
 * {@link MOST_ALARMS} + 1 times, as the window detector follows a new level. A pair of detector and template that
 * spends a tenth of the alarms that the budget allows all of them says nothing more until it has been quiet for a while.
 */
export class AlarmHabits {
  readonly #windowSize: number
  readonly #halfLife: number
  /** The one told of longest ago first. */
  readonly #habits = new Map<string, Habit & { readonly detector: number; readonly template: number }>()

  /** Nothing told yet, or what a snapshot holds. */
  constructor(
    { windowSize, stride, budget }: { windowSize: number; stride: number; budget: number },
    snapshot: AlarmHabitsSnapshot = [],
  ) {
    this.#windowSize = windowSize
    this.#halfLife = (HALVED_AFTER / budget) * stride
    for (const [detector, template, alarms, row] of snapshot) {
      this.#habits.set(`${detector} ${template}`, { detector, template, alarms, row })
    }
  }

  /** Takes an alarm and says whether it is one of many. Alarms within a window are one. */
  isHabit(detector: number, template: number, row: number): boolean {
    const key = `${detector} ${template}`
    const habit = this.#habits.get(key) ?? { detector, template, alarms: 0, row: -Infinity }
    this.#habits.delete(key)
    this.#habits.set(key, habit)
    if (this.#habits.size > MOST_PAIRS) this.#habits.delete(this.#habits.keys().next().value!)
    const rows = row - habit.row
    if (rows >= this.#windowSize) {
      habit.alarms = habit.alarms * 0.5 ** (rows / this.#halfLife) + 1
      habit.row = row
    }
    return habit.alarms > MOST_ALARMS
  }

  /** What is known, for others to go on from. */
  snapshot(): AlarmHabitsSnapshot {
    return [...this.#habits.values()].map(({ detector, template, alarms, row }) => [detector, template, alarms, row])
  }
}
